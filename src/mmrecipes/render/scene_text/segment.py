"""Graph-based segmentation (Felzenszwalb and Huttenlocher 2004), exact, at a reduced size.

Edges between neighbouring pixels are taken from the cheapest on; the components at the ends of an edge of weight w
merge when w <= min(Int(C1) + k/|C1|, Int(C2) + k/|C2|) (section 3), Int being the largest weight inside. Most edges
join pixels that are together already: these are dropped a block at a time by array operations, so that little is left
to the loop.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int32]
_BLOCK = 6000


def segment(pixels: npt.NDArray[np.uint8], scale: float = 150.0, smallest: int = 60, longest: int = 256) -> Labels:
    """Labels 0..n-1, (H, W), of regions of about one colour. The picture is segmented at `longest` pixels or its own
    size.

    `scale` is the paper's k for Lab colours (0..255 each); `smallest` the least area in pixels of the reduced picture.
    """
    height, width = pixels.shape[:2]
    shrink = min(1.0, longest / max(height, width))
    small = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else pixels
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 0.8), cv2.COLOR_RGB2LAB).astype(np.float32)
    u, v, weight = _edges(lab)
    component = _merged(u, v, weight, lab.shape[0] * lab.shape[1], scale, smallest)
    labels = component.reshape(lab.shape[:2]).astype(np.int32)
    return np.asarray(cv2.resize(labels, (width, height), interpolation=cv2.INTER_NEAREST), np.int32)


def _edges(
    lab: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Edges between the eight neighbours, cheapest first: both ends and the colour distance."""
    h, w = lab.shape[:2]
    number = np.arange(h * w).reshape(h, w)
    pairs = (
        (np.s_[:, :-1], np.s_[:, 1:]),
        (np.s_[:-1, :], np.s_[1:, :]),
        (np.s_[:-1, :-1], np.s_[1:, 1:]),
        (np.s_[:-1, 1:], np.s_[1:, :-1]),
    )
    u = np.concatenate([number[a].ravel() for a, _ in pairs])
    v = np.concatenate([number[b].ravel() for _, b in pairs])
    weight = np.concatenate([np.sqrt(((lab[a] - lab[b]) ** 2).sum(axis=2)).ravel() for a, b in pairs])
    order = np.argsort(weight, kind="stable")
    return u[order], v[order], weight[order]


def _merged(
    u: npt.NDArray[np.int64],
    v: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float32],
    count: int,
    scale: float,
    smallest: int,
) -> npt.NDArray[np.int64]:
    """Number of the component of each pixel."""
    root, inner, size = list(range(count)), [0.0] * count, [1] * count
    for a, b, w in _undecided(u, v, weight, root):
        ra, rb = _find(root, a), _find(root, b)
        if ra != rb and w <= inner[ra] + scale / size[ra] and w <= inner[rb] + scale / size[rb]:
            _join(root, size, inner, ra, rb, w)
    for a, b, w in _undecided(u, v, weight, root):
        ra, rb = _find(root, a), _find(root, b)
        if ra != rb and (size[ra] < smallest or size[rb] < smallest):
            _join(root, size, inner, ra, rb, w)
    return np.unique(_resolved(root), return_inverse=True)[1].ravel()


def _undecided(
    u: npt.NDArray[np.int64], v: npt.NDArray[np.int64], weight: npt.NDArray[np.float32], root: list[int]
) -> Iterator[tuple[int, int, float]]:
    """The edges in order, without those whose ends have been joined by the time their block begins."""
    for start in range(0, len(u), _BLOCK):
        block = slice(start, start + _BLOCK)
        roots = _resolved(root)
        ru, rv = roots[u[block]], roots[v[block]]
        apart = ru != rv
        yield from zip(ru[apart].tolist(), rv[apart].tolist(), weight[block][apart].tolist(), strict=True)


def _resolved(root: list[int]) -> npt.NDArray[np.int64]:
    roots = np.array(root)
    while True:
        higher = roots[roots]
        if (higher == roots).all():
            return roots
        roots = higher


def _find(root: list[int], k: int) -> int:
    while root[k] != k:
        root[k] = root[root[k]]
        k = root[k]
    return k


def _join(root: list[int], size: list[int], inner: list[float], a: int, b: int, weight: float) -> None:
    if size[a] < size[b]:
        a, b = b, a
    root[b] = a
    size[a] += size[b]
    inner[a] = max(inner[a], inner[b], weight)
