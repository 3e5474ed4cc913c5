"""Annotations of what is to be seen: captions, class labels, boxes, points."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from mmrecipes.core.boxes import Box, box_of, clip
from mmrecipes.core.sample import Region, Sample
from mmrecipes.core.text import words
from mmrecipes.flow.step import Drop
from mmrecipes.formats.plain_rows import json_in
from mmrecipes.recipes.finevision import requests
from mmrecipes.recipes.finevision.actions import Unit, Unmapped, shares_of
from mmrecipes.recipes.finevision.annotation import Annotation, Converted, as_text, as_texts, found, texts_in, without
from mmrecipes.recipes.finevision.requests import request
from mmrecipes.recipes.finevision.turns import Turn

LONG_CAPTION = 25
"""Words from which a caption answers a request for a detailed description."""
LETTERS = "ABCDEFGHIJ"
DECIMALS = 4
"""Of a box's coordinates: less than a pixel for pictures of up to 5,000 pixels a side."""


class Captions(Annotation):
    """One caption or several, in a column or as the answer to the picture alone."""

    kind: Literal["captions"] = "captions"
    caption: str = Field("captions", description="column of the caption, of the list of captions or of its JSON")
    several: Literal["longest", "each"] = Field(
        "longest", description="of several captions the longest, or a turn each"
    )

    @property
    def used(self) -> tuple[str, ...]:
        return (self.caption,)

    def convert(self, sample: Sample, rng: Random) -> Converted | Drop:
        said = [m.text.strip() for m in sample.messages if m.role == "assistant"]
        texts = as_texts(texts_in(found(sample, self.caption))) or [text for text in said if text]
        if not texts:
            return Drop("no_caption", f"nothing in {self.caption}")
        chosen = [max(texts, key=len)] if self.several == "longest" else list(dict.fromkeys(texts))
        return Converted([Turn(request(_caption_bank(text), rng), text) for text in chosen])


def _caption_bank(text: str) -> Sequence[str]:
    return requests.CAPTION_LONG if len(words(text)) >= LONG_CAPTION else requests.CAPTION_SHORT


class Classes(Annotation):
    """A label: asked for openly, or to be chosen among labels of the same set."""

    kind: Literal["class"] = "class"
    label: str = Field("label", description="column of the label")
    names: Sequence[str] | Mapping[str, str] = Field(
        (), description="the set of labels in the order of their numbers, or what each is called"
    )
    form: Literal["open", "choice", "both"] = Field("open", description="both: drawn per row")
    options: int = Field(4, ge=2, le=len(LETTERS), description="of a choice")

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.label,)

    @model_validator(mode="after")
    def _enough(self) -> Classes:
        if self.form != "open" and len(set(self._shown())) < self.options:
            raise ValueError(f"a choice of {self.options} needs as many different names: give them in `names`")
        return self

    def convert(self, sample: Sample, rng: Random) -> Converted | Drop:
        value = json_in(found(sample, self.label))
        if isinstance(value, (list, dict, bool)) or as_text(value) == "":
            return without("no_label", self.label, value, "one label")
        name = self._name(value)
        if not name:
            return Drop("unknown_label", f"{value!r} is none of {self.label}'s names")
        if self.form == "choice" or (self.form == "both" and rng.random() < 0.5):
            return Converted([self._choice(name, rng)])
        return Converted([Turn(request(requests.CLASS_OPEN, rng), name)])

    def _shown(self) -> list[str]:
        return [_displayed(n) for n in (self.names.values() if isinstance(self.names, Mapping) else self.names)]

    def _name(self, value: str | int | float) -> str:
        """What a label is called; empty when it is not of the set."""
        if not self.names:
            return _displayed(as_text(value))
        if isinstance(self.names, Mapping):
            return _displayed(self.names.get(as_text(value), ""))
        if isinstance(value, int):
            return _displayed(self.names[value]) if 0 <= value < len(self.names) else ""
        return _displayed(as_text(value)) if as_text(value) in self.names else ""

    def _choice(self, name: str, rng: Random) -> Turn:
        others = sorted({n for n in self._shown() if n.casefold() != name.casefold()})
        listed = [name, *rng.sample(others, self.options - 1)]
        rng.shuffle(listed)
        letter = LETTERS[listed.index(name)]
        lines = "\n".join(f"{mark}. {text}" for mark, text in zip(LETTERS, listed, strict=False))
        asked = f"{request(requests.CLASS_CHOICE, rng)}\n{lines}"
        if rng.random() < 0.5:
            return Turn(f"{asked}\n{request(requests.LETTER_ONLY, rng)}", letter)
        return Turn(asked, f"{letter}. {name}")


def _displayed(label: str) -> str:
    return " ".join(label.replace("_", " ").split())


class Boxes(Annotation):
    """The boxes that a reader has made regions: of all things, or of each kind in a turn of its own. Without a box the
    answer is an empty list, where the source is known to have marked everything."""

    kind: Literal["boxes"] = "boxes"
    verbatim: ClassVar[bool] = True
    per: Literal["picture", "category"] = Field("picture", description="one turn, or one for each category")
    exhaustive: bool = Field(False, description="everything of the categories is marked: what is missing is not there")
    names: Sequence[str] = Field((), description="all categories, of which one that is missing is asked for as well")

    def convert(self, sample: Sample, rng: Random) -> Converted | Drop:
        if len(sample.images) != 1:
            return Drop("not_one_picture", f"boxes in {len(sample.images)} pictures")
        if not sample.regions and not self.exhaustive:
            said = (
                "nothing is marked, which does not mean that nothing is there; only what a reader makes regions is read"
            )
            return Drop("no_boxes", said)
        if self.per == "picture":
            return Converted(
                [Turn(request(requests.BOXES_ALL, rng), boxes_as_json(sample.regions, *sample.images[0].size))]
            )
        return self._by_category(sample, rng)

    def _by_category(self, sample: Sample, rng: Random) -> Converted | Drop:
        asked = list(dict.fromkeys(r.label for r in sample.regions))
        absent = [n for n in self.names if n not in asked] if self.exhaustive else []
        asked += [rng.choice(absent)] if absent else []
        turns = [
            Turn(
                request(requests.BOXES_OF, rng, f'"{label}"'),
                boxes_as_json([r for r in sample.regions if r.label == label], *sample.images[0].size),
            )
            for label in asked
        ]
        return Converted(turns) if turns else Drop("no_boxes", "no category to ask for")


class Points(Annotation):
    """Points in a column, a list of [x, y] or of objects with x and y (or point) and perhaps label; or its JSON."""

    kind: Literal["points"] = "points"
    verbatim: ClassVar[bool] = True
    points: str = Field("points", description="column of the list of points, or of its JSON")
    unit: Unit = Field(description="what points are given in")
    label: str = Field("", description="column of what all of them are, or of a list of what each is; "
                       "points may have labels of their own")  # fmt: skip

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.points,)

    @property
    def used(self) -> tuple[str, ...]:
        return (self.points, self.label)

    def convert(self, sample: Sample, rng: Random) -> Converted | Drop:
        given = found(sample, self.points)
        held = json_in(given)
        if len(sample.images) != 1:
            return Drop("not_one_picture", f"points in {len(sample.images)} pictures")
        if not isinstance(held, list) or not held:
            return without("no_points", self.points, given, "a list of points")
        labels = json_in(found(sample, self.label)) if self.label else ""
        each = labels if isinstance(labels, list) else [as_text(labels)] * len(held)
        if len(each) != len(held):
            return Drop("unequal_lists", f"{len(held)} in {self.points}, {len(each)} in {self.label}")
        shared = "" if isinstance(labels, list) else each[0]
        try:
            listed = [
                self._one(json_in(p), as_text(label), sample.images[0].size)
                for p, label in zip(held, each, strict=True)
            ]
        except Unmapped as e:
            return Drop(e.reason, str(e))
        listed.sort(key=lambda p: (p["point"][1], p["point"][0], p["label"]))
        bank, value = (requests.POINTS_OF, f'"{shared}"') if shared else (requests.POINTS_ALL, "")
        return Converted([Turn(request(bank, rng, value), json.dumps(listed, ensure_ascii=False))])

    def _one(self, given: Any, label: str, size: tuple[int, int]) -> dict[str, Any]:
        about = given if isinstance(given, Mapping) else {"point": given}
        place = about.get("point", [about.get("x"), about.get("y")])
        return {"label": as_text(about.get("label")) or label, "point": shares_of(place, self.unit, size)}


def boxes_as_json(regions: Sequence[Region], width: int, height: int) -> str:
    """Labels and boxes [x0, y0, x1, y1] as shares of width and height, from top to bottom, then from left to right."""
    listed = [(_shares(clip(box_of(r.quad), width, height), width, height), r.label) for r in regions]
    listed.sort(key=lambda one: (one[0][1], one[0][0], one[0][3], one[0][2], one[1]))
    return json.dumps([{"label": label, "box": box} for box, label in listed], ensure_ascii=False)


def _shares(box: Box, width: int, height: int) -> list[float]:
    return [round(v / side, DECIMALS) for v, side in zip(box, (width, height) * 2, strict=True)]
