"""What a patch looks like in words: its colour and brightness.

Covered: ten hues, grey, with dark and pale; mixed patches. Not covered: shades that people name differently.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

_HUES = ((8, "red"), (22, "orange"), (34, "yellow"), (82, "green"), (98, "teal"), (128, "blue"), (146, "purple"),
         (168, "pink"), (181, "red"))  # fmt: skip
"""Upper ends of hues on OpenCV's scale of 0 to 180."""


def colour_name(patch: npt.NDArray[np.uint8]) -> str:
    """ "pale blue", "dark green", "grey": the mean colour of an (H, W, 3) RGB patch."""
    mean = np.array(cv2.mean(patch)[:3], np.uint8).reshape(1, 1, 3)
    h, s, v = (int(x) for x in cv2.cvtColor(mean, cv2.COLOR_RGB2HSV)[0, 0])
    if v < 45:
        return "black"
    if s < 30:
        return "white" if v > 225 else "pale grey" if v > 175 else "grey" if v > 100 else "dark grey"
    hue = next(name for end, name in _HUES if h < end)
    if hue in ("orange", "red") and s < 170 and v < 200:
        hue = "brown"
    elif hue in ("orange", "yellow") and s < 110:
        hue = "beige"
    return f"dark {hue}" if v < 110 else f"pale {hue}" if s < 80 and v > 170 and hue != "beige" else hue
