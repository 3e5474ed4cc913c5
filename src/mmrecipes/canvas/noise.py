"""Noise for tiles that are laid side by side without a seam."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def seamless(rng: np.random.Generator, side: int, sx: float, sy: float) -> npt.NDArray[np.float32]:
    """Square normal noise of deviation 1, smoothed by (sx, sy) pixels, that continues over its borders: white noise
    times a Gaussian in the frequency domain."""
    white = np.fft.rfft2(rng.standard_normal((side, side), np.float32))
    fx, fy = np.fft.rfftfreq(side) * sx, np.fft.fftfreq(side) * sy
    soft = np.fft.irfft2(white * np.outer(_bell(fy), _bell(fx)), s=(side, side))
    return np.asarray((soft - soft.mean()) / soft.std(), np.float32)


def _bell(frequency: np.ndarray) -> np.ndarray:
    return np.exp(-2 * np.square(np.pi * frequency))
