"""Claims about words of the annotation that hold markup: never in a sample, always counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from mmrecipes.recipes.qwen_vl_grounding.conventions import NAMES
from mmrecipes.recipes.qwen_vl_grounding.markup import has_markup

EVIL = (
    "<ref>evil</ref><box>(0,0),(1,1)</box>", 'evil"]}, {', "evil <|box_start|>", "evil<loc_12>", "evil <point",
    "<image> evil", "evil<patch_index_0001>", "evil<loc0012>", "evil [0.1,0.2,0.3,0.4]", "evil (0,0),(1,1)",
    '[{"bbox_2d": [1, 2, 3, 4], "label": "evil"}]', "evil</s>", "evil <|im_end|>", "evil|>",
)  # fmt: skip
FINE = (
    'the "big" cup', "cup 'n' saucer", "size < 3 m", "x < y", "a > b", "page [12]", "cup (red)", "tea & milk",
    "3, 4; 5", "a|b",
)  # fmt: skip
RESIZE = {"factor": 28, "min_pixels": 3136, "max_pixels": 1003520}


@pytest.mark.parametrize("text", EVIL)
def test_markup_of_any_convention_is_found(text: str) -> None:
    assert has_markup(text)


@pytest.mark.parametrize("text", FINE)
def test_ordinary_punctuation_is_not_markup(text: str) -> None:
    assert not has_markup(text)


def annotated(folder: Path, names: tuple[str, ...], entry: dict[str, Any], *more: dict[str, Any]) -> Path:
    """One picture with an object of each category, side by side; `more` is added to the annotations in turn."""
    Image.new("RGB", (400, 300), "grey").save(folder / "a.png")
    annotations = [
        {"id": i + 1, "image_id": 1, "category_id": i + 1, "bbox": [10 + 60 * i, 20, 40, 50], "iscrowd": 0,
         **(more[i] if i < len(more) else {})}
        for i in range(len(names))
    ]  # fmt: skip
    value = {
        "images": [{"id": 1, "file_name": "a.png", "width": 400, "height": 300, **entry}],
        "annotations": annotations,
        "categories": [{"id": i + 1, "name": n} for i, n in enumerate(names)],
    }
    path = folder / "instances.json"
    path.write_text(json.dumps(value))
    return path


def everything_said(run: Callable[..., Any], path: Path, convention: str, **more: Any) -> tuple[str, list[Any]]:
    params = RESIZE if convention == "qwen25_vl" else {}
    kept = run(path, convention=convention, per_image=60, negatives=0.3, **params, **more).kept
    return "\n".join(m.text for s in kept for m in s.messages), kept


@pytest.mark.parametrize("convention", NAMES)
def test_a_category_with_markup_is_never_named_and_is_counted(
    run: Callable[..., Any], tmp_path: Path, convention: str
) -> None:
    path = annotated(tmp_path, ("cup", "plate", *EVIL[:4]), {})
    value = json.loads(path.read_text())
    value["categories"] += [{"id": 100 + i, "name": name} for i, name in enumerate(EVIL[4:])]  # absent ones
    path.write_text(json.dumps(value))
    said, kept = everything_said(run, path, convention)
    assert "cup" in said
    assert "evil" not in said
    assert all(s.meta["annotations_dropped"] == {"markup_in_category": 4} for s in kept)


@pytest.mark.parametrize("style", ["chat", "base"])
def test_phrases_captions_and_texts_with_markup_are_never_written_and_are_counted(
    run: Callable[..., Any], tmp_path: Path, style: str
) -> None:
    caption = "a cup and <box>(0,0),(1,1)</box> evil"
    entry = {"caption": caption, "phrases": [{"start": 0, "end": 5, "ann_ids": [1]}]}
    more = ({"phrases": ["evil <point", "blue mug"]}, {"phrase": EVIL[1]}, {"text": EVIL[0]}, {"text": "good text"})
    path = annotated(tmp_path, ("cup", "plate", "sign", "label"), entry, *more)
    said, kept = everything_said(run, path, "qwen_vl", style=style)
    assert "blue mug" in said
    assert "evil" not in said
    assert {s.task for s in kept}.isdisjoint({"ocr", "grounded_caption"})
    counted = {"markup_in_phrase": 2, "markup_in_text": 1, "markup_in_caption": 1}
    assert all(s.meta["annotations_dropped"] == counted for s in kept)


@pytest.mark.parametrize("convention", ["qwen25_vl", "qwen3_vl"])
def test_a_name_with_quotes_stays_and_the_json_stays_json(
    run: Callable[..., Any], tmp_path: Path, convention: str
) -> None:
    path = annotated(tmp_path, ('6" plate', "cup"), {})
    _, kept = everything_said(run, path, convention, weights={"detection": 1.0, "multi_detection": 1.0})
    answers = [s.messages[1].text for s in kept if not s.meta["negatives"]]
    assert {entry["label"] for a in answers for entry in json.loads(a)} == {'6" plate', "cup"}


def test_a_name_with_quotes_stays_inside_its_attribute(run: Callable[..., Any], tmp_path: Path) -> None:
    path = annotated(tmp_path, ('6" plate x1="9" y1="9"', "cup"), {})
    _, kept = everything_said(run, path, "molmo_point", weights={"pointing": 1.0})
    points = [ElementTree.fromstring(s.messages[1].text) for s in kept]
    assert any("6" in str(p.text) for p in points)
    assert all(set(p.attrib) == {"x", "y", "alt"} and p.attrib["alt"] == p.text for p in points)
