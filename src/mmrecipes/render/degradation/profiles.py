"""How likely each operation is at the levels 1, 2 and 3, for each kind of picture.

`page`: a sheet, scanned or photographed on a table. `photo`: a sheet, always photographed. `table`, `chart`: parts of a
sheet, with the sheet going on around them; a chart keeps its colours. `scene`: a picture that a camera took already,
nothing is moved. `screen`: a screenshot, or a photograph of a screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mmrecipes.render.degradation.wear import Range, Triple

ProfileName = Literal["page", "photo", "table", "chart", "scene", "screen"]
NEVER: Triple = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Profile:
    """`shares`: operation to its shares at levels 1..3 (an operation that is left out never happens). `camera`: share
    of photographs; the rest is scanned (or stored only, where `sheet` is false). `sheet`: printed on paper. `movable`:
    the camera may stand anywhere. `whole`: the picture is a whole sheet, which lies on something. `margin`: how much of
    a side is seen around a sheet. `sharp`: largest sigma of blur at level 3. `brightness`,
    `tint`: reach of the tone."""

    camera: Triple
    shares: Mapping[str, Triple]
    sheet: bool = True
    movable: bool = True
    whole: bool = False
    margin: float = 0.0
    sharp: float = 1.0
    brightness: Range = (-18, 10)
    tint: float = 0.06

    def share(self, operation: str) -> Triple:
        return self.shares.get(operation, NEVER)


_PAGE: dict[str, Triple] = {
    "stroke": (0.15, 0.4, 0.45), "dropout": (0.1, 0.35, 0.4), "bleed": (0.2, 0.4, 0.4),
    "show_through": (0.1, 0.3, 0.35), "paper": (0.9, 1.0, 1.0), "stain": (0.0, 0.12, 0.22),
    "crease": (0.05, 0.25, 0.4), "skew": (0.8, 0.95, 1.0), "bend": (0.2, 0.5, 0.75), "grey": (0.35, 0.5, 0.4),
    "blur": (0.3, 0.5, 0.5), "motion": (0.1, 0.25, 0.45), "noise": (0.4, 0.7, 0.9), "tone": (0.7, 0.9, 0.9),
    "streaks": (0.1, 0.25, 0.35), "threshold": (0.04, 0.1, 0.15), "light": (0.8, 1.0, 1.0), "shadow": (0.1, 0.3, 0.5),
    "resample": (0.0, 0.1, 0.2),
}  # fmt: skip
_PART: dict[str, Triple] = {
    "stroke": (0.05, 0.3, 0.35), "dropout": (0.0, 0.2, 0.25), "bleed": (0.05, 0.15, 0.2),
    "show_through": (0.05, 0.12, 0.15), "paper": (0.3, 0.6, 0.8), "stain": (0.0, 0.05, 0.1),
    "crease": (0.0, 0.1, 0.15), "skew": (0.3, 0.6, 0.9), "bend": (0.0, 0.1, 0.3), "grey": (0.05, 0.15, 0.1),
    "blur": (0.4, 0.5, 0.5), "motion": (0.0, 0.1, 0.2), "noise": (0.3, 0.6, 0.8), "tone": (0.7, 0.85, 0.9),
    "streaks": (0.0, 0.1, 0.15), "threshold": (0.0, 0.03, 0.05), "light": (0.5, 0.8, 0.9), "shadow": (0.0, 0.15, 0.3),
    "resample": (0.0, 0.05, 0.1),
}  # fmt: skip
_CHART = {
    **_PART, "paper": (0.15, 0.3, 0.5), "stroke": (0.0, 0.25, 0.3),
    # what could be taken for a mark or for another colour
    **dict.fromkeys(("dropout", "show_through", "stain", "crease", "bend", "grey", "threshold"), NEVER),
}  # fmt: skip
_SCENE: dict[str, Triple] = {
    "blur": (0.3, 0.4, 0.4), "motion": (0.1, 0.3, 0.45), "noise": (0.4, 0.7, 0.9), "tone": (0.6, 0.9, 1.0),
    "light": (0.2, 0.4, 0.5), "shadow": (0.2, 0.3, 0.4), "resample": (0.1, 0.25, 0.4), "grey": (0.02, 0.04, 0.05),
}  # fmt: skip
_SCREEN: dict[str, Triple] = {
    "blur": (0.2, 0.4, 0.5), "motion": (0.0, 0.15, 0.3), "noise": (0.2, 0.6, 0.9), "tone": (0.4, 0.7, 0.9),
    "light": (0.7, 0.9, 1.0), "shadow": (0.0, 0.1, 0.2), "moire": (0.6, 0.8, 0.9), "resample": (0.3, 0.4, 0.4),
}  # fmt: skip

PROFILES: Mapping[ProfileName, Profile] = {
    "page": Profile((0.15, 0.3, 0.6), _PAGE, whole=True, margin=0.08, sharp=1.5, brightness=(-40, 10)),
    "photo": Profile((1.0, 1.0, 1.0), _PAGE, whole=True, margin=0.08, sharp=1.5, brightness=(-40, 10)),
    "table": Profile((0.1, 0.3, 0.6), _PART),
    "chart": Profile((0.1, 0.3, 0.6), _CHART, brightness=(-16, 10), tint=0.05),
    "scene": Profile((1.0, 1.0, 1.0), _SCENE, sheet=False, movable=False, brightness=(-48, 16), sharp=1.2),
    "screen": Profile((0.15, 0.4, 0.8), _SCREEN, sheet=False, brightness=(-20, 8)),
}
