"""The scene and word steps make samples that are what they say; injected faults are caught by verification."""

from __future__ import annotations

import copy
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample, check_sample
from mmrecipes.flow.step import Drop, Seeds, StepContext
from mmrecipes.recipes.qianfan_vl.checks import CheckError
from mmrecipes.recipes.qianfan_vl.recipe import Params, source
from mmrecipes.recipes.qianfan_vl.scene import checks
from mmrecipes.recipes.qianfan_vl.scene import task as scene
from mmrecipes.recipes.qianfan_vl.scene.turns import CYCLE, answer, ask, turn_kind
from mmrecipes.recipes.qianfan_vl.word import task as word
from mmrecipes.render.scene_text.photos import sample_files

SCENE = (scene.SceneDraw(512), scene.scene_photograph, scene.scene_truth, scene.scene_ask, scene.scene_verify,
         scene.scene_finish)  # fmt: skip
WORD = (word.WordDraw(), word.word_verify, word.word_finish)
BARE = (scene.scene_truth, scene.scene_verify, word.word_verify)


def _run(kind: str, index: int, steps: Sequence[Callable[..., Any]], start: Sample | None = None) -> Sample | Drop:
    sample = start or Seeds("qianfan-vl", {kind: 1.0}).sample(kind, index)
    for one in steps:
        name = getattr(one, "__name__", getattr(one, "name", ""))
        made = one(sample) if one in BARE else one(sample, StepContext(7, sample.id, name))
        if isinstance(made, Drop):
            return made
        sample = made
    return sample


@pytest.fixture(scope="module")
def before() -> list[Sample]:
    """Scenes just before verification, which keeps them."""
    drafts = [_run("scene", k, SCENE[:4]) for k in range(8)]
    return [d for d in drafts if isinstance(d, Sample) and isinstance(scene.scene_verify(d), Sample)]


def test_finished_scenes_hold_what_they_say(before: list[Sample]) -> None:
    assert len(before) >= 4
    for draft in before:
        s = _run("scene", 0, SCENE[4:], draft)
        assert isinstance(s, Sample)
        check_sample(s)
        height, width = s.images[0].decode().shape[:2]
        assert s.truth["image_size"] == [width, height] and s.draft == {}
        for region in s.regions:
            assert all(-1 <= x <= width + 1 and -1 <= y <= height + 1 for x, y in region.quad)
        words = [w["text"] for n in s.truth["reading"] for w in s.truth["signs"][n]["words"]]
        assert [r.text for r in s.regions if r.label == "word"] == words
        assert all("".join(g["text"] for g in w["glyphs"]) == w["text"] for t in s.truth["signs"] for w in t["words"])


def test_the_same_seed_gives_the_same_scene(before: list[Sample]) -> None:
    again = _run("scene", int(before[0].id[-6:]), SCENE[:4])
    assert isinstance(again, Sample) and np.array_equal(again.draft["worn"].pixels, before[0].draft["worn"].pixels)


def _verdict(draft: Sample) -> str:
    made = scene.scene_verify(draft)
    return made.reason if isinstance(made, Drop) else "kept"


def test_quads_that_miss_their_letters_and_mirrored_ones_are_caught(before: list[Sample]) -> None:
    for name, expected in (("shifted", "ink_outside_quads"), ("mirrored", "mirrored"), ("turned", "upside_down")):
        draft = before[0]
        truth = copy.deepcopy(draft.draft["truth"])
        for w in truth["signs"][0]["words"]:
            if name == "shifted":
                for g in w["glyphs"]:
                    g["quad"] = [[x + 40, y + 25] for x, y in g["quad"]]
            else:
                a, b, c, d = w["quad"]
                w["quad"] = [b, a, d, c] if name == "mirrored" else [c, d, a, b]
        assert _verdict(draft.drafting(truth=truth)) == expected


def test_letters_that_are_not_in_the_picture_are_caught(before: list[Sample]) -> None:
    draft = before[0]
    worn = draft.draft["worn"]
    blurred = replace(worn, pixels=cv2.GaussianBlur(worn.pixels, (0, 0), 25))
    assert _verdict(draft.drafting(worn=blurred)) == "not_as_drawn"


def test_wrong_replies_and_a_wrong_reading_order_are_caught(before: list[Sample]) -> None:
    for draft in before:
        turns = draft.draft["turns"]
        wrong = [replace(turns[0], answer=turns[0].answer + "x 77"), *turns[1:]]
        if turns[0].query["op"] not in ("present", "language"):
            assert _verdict(draft.drafting(turns=wrong)) == "answer_differs"
    square = np.array([[0.0, 0], [100, 0], [100, 40], [0, 40]])
    with pytest.raises(CheckError, match="stands above"):
        checks.reading_order([square, square + np.array([0, 80])], [1, 0])
    with pytest.raises(CheckError, match="share"):
        checks.apart([square, square + np.array([60, 0])])


def test_words_that_differ_in_a_vowel_sign_alone_are_told_apart() -> None:
    quads = [np.array([[x, 0.0], [x + 9, 0], [x + 9, 9], [x, 9]]) for x in (0, 10, 20)]
    words = [{"text": text, "line": 0, "quad": q} for text, q in zip(("का", "की", "है।"), quads, strict=True)]
    truth = {"language": "hi", "reading": [0], "signs": [{"words": words, "lines": ["का की है।"]}]}
    for meant, reply in (("का", "[0, 0, 9, 9]"), ("है", "[20, 0, 29, 9]")):
        checks.answers(truth, [{"op": "locate", "args": {"word": meant}}], [reply])
    assert answer(truth, {"op": "present", "args": {"word": "है"}}) is True
    checks.answers(truth, [{"op": "present", "args": {"word": "के"}}], ["no"])


def test_every_kind_of_turn_is_asked_and_answered_from_the_truth(before: list[Sample]) -> None:
    templates = set()
    for draft in before:
        truth = draft.draft["truth"]
        for kind in dict.fromkeys(CYCLE):
            for seed in range(6):
                turns = ask(kind, truth, random.Random(f"{draft.id} {seed}"))
                checks.answers(truth, [t.query for t in turns], [t.answer for t in turns])
                templates |= {t.template for t in turns}
    assert len(templates) > 150


def test_no_wording_makes_up_more_than_three_in_a_hundred_scenes(before: list[Sample]) -> None:
    """Whole templates, core sentences of questions, sentences of replies; openings and closings vary around them."""
    truths = [draft.draft["truth"] for draft in before]
    templates: Counter[str] = Counter()
    sentences: Counter[str] = Counter()
    made = 0
    for index in range(3000):
        turns = ask(turn_kind(index), truths[index % len(truths)], random.Random(index))
        made += bool(turns)
        templates.update({t.template for t in turns})
        sentences.update({s for t in turns for s in _sentences(t.template)})
    assert made > 2700 and len(templates) > 1000
    assert max(templates.values()) <= 0.03 * made
    assert max(sentences.values()) <= 0.03 * made, sentences.most_common(3)


def _sentences(template: str) -> list[str]:
    """The core of the question and, if there is one, the sentence of the reply, each with its operation."""
    op, choices = template.split("/")
    return [f"{op}/{choice}" for choice in choices.split(".") if re.fullmatch(r"[cs]\d+", choice)]


def test_no_wording_makes_up_more_than_three_in_a_hundred_word_crops() -> None:
    asked = [word.question("en", random.Random(index)) for index in range(3000)]
    cores = Counter(template.split(".")[1] for _, template in asked)
    for counted in (Counter(question for question, _ in asked), Counter(template for _, template in asked), cores):
        assert max(counted.values()) <= 0.03 * 3000, counted.most_common(3)


def test_the_font_named_is_the_font_drawn() -> None:
    fonts = set()
    for k in range(12):
        drawn = _run("word", k, WORD[:2])
        if isinstance(drawn, Drop):
            continue
        (face,) = {g.face for g in drawn.draft["crop"].lettering.words[0].glyphs}
        made = _run("word", k, WORD[2:], drawn)
        assert isinstance(made, Sample) and made.meta["font"] == f"{face.family} {face.style}"
        fonts.add(face.style)
    assert len(fonts) > 1


def test_word_crops_are_labelled_with_what_they_show() -> None:
    kept = [s for k in range(40) if isinstance(s := _run("word", k, WORD), Sample)]
    assert len(kept) >= 36
    for s in kept:
        check_sample(s)
        assert s.images[0].height == 64 and s.messages[1].text == s.truth["text"]
        assert "".join(g["text"] for g in s.truth["glyphs"]) == s.truth["text"]
    assert {"border", "shadow", "extrusion", "texture"} <= {e for s in kept for e in s.meta["effects"]}


def _on_photographs(folder: Path, index: int) -> Sample | Drop:
    sample = Seeds("qianfan-vl", {"scene": 1.0}).sample("scene", index)
    made = SCENE[0](sample, StepContext(7, sample.id, "scene_draw", 0, {"backgrounds": folder}))
    return _run("scene", index, SCENE[1:], made) if isinstance(made, Sample) else made


def test_signs_are_written_on_a_folder_of_photographs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmrecipes.render.scene_text.scene.text_can_be_looked_for", lambda: False)
    (path,) = (p for p in sample_files() if p.name == "coffee.png")
    (tmp_path / path.name).write_bytes(path.read_bytes())
    made = [_on_photographs(tmp_path, index) for index in range(1, 24, 2)]
    kept = [s for s in made if isinstance(s, Sample)]
    assert len(kept) >= 6
    for s in kept:
        check_sample(s)
        assert (s.truth["place"], s.source) == ("photo", path.name)
        assert s.meta["screening"]["text"] == "not_run" and s.meta["screening"]["depth"] == "planar prior"
    assert isinstance(drawn := _on_photographs(tmp_path, 2), Drop) or drawn.source == "drawn"


def test_a_folder_without_usable_photographs_is_refused_or_dropped_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pictures"):
        source(Params(), {"backgrounds": tmp_path})
    with pytest.raises(InputError, match="leaves scenes out"):
        source(Params(tasks={"chart": 1.0}), {"backgrounds": tmp_path})
    blurred = np.full((400, 500, 3), 120, np.uint8)
    cv2.imwrite(str(tmp_path / "a.png"), blurred)
    assert source(Params(), {"backgrounds": tmp_path}) is not None
    made = _on_photographs(tmp_path, 1)
    assert isinstance(made, Drop) and made.reason == "background_blurred"
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "a.png").write_bytes(b"torn")
    made = _on_photographs(tmp_path / "torn", 1)
    assert isinstance(made, Drop) and made.reason == "background_unreadable"
