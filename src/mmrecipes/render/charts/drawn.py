"""What drawing a chart returns: pixels and where everything is, in absolute float pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box, Quad

TextRole = Literal["title", "panel_title", "axis_name", "tick", "legend", "data_label", "annotation"]
Engine = Literal["skia", "matplotlib"]


class LayoutRefusal(Exception):
    """This chart cannot be drawn well at this size and style (overlapping texts, hidden marks); `reason` is the
    drop reason."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Mark:
    """The visible shape of one point of one series."""

    panel: int
    series: int
    point: int
    quad: Quad


@dataclass(frozen=True, slots=True)
class TextBox:
    """A printed text and the quad of its ink. `axis` is set for ticks and axis names."""

    panel: int
    role: TextRole
    text: str
    quad: Quad
    axis: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn chart: `pixels` is (H, W, 3) RGB; `areas` has the plot area of each panel."""

    pixels: npt.NDArray[np.uint8]
    marks: tuple[Mark, ...]
    texts: tuple[TextBox, ...]
    areas: tuple[Box, ...]
    engine: Engine
