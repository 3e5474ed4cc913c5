"""Claims about what samples say, checked against the pixels of drawn scenes by an auditor that shares no code with
the recipe; and the named faults, each injected and caught."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.sample import Sample, assistant
from mmrecipes.recipes.qwen_vl_grounding import recipe, tasks
from mmrecipes.recipes.qwen_vl_grounding.conventions import Convention, convention_named
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Numbers, Pixels, Rounded, Size, smart_resize
from mmrecipes.steps import geometry

Box = tuple[float, float, float, float]
PLURAL = {"circles": "circle", "squares": "square", "triangles": "triangle", "diamonds": "diamond"}
WORDS = dict(zip(["no", "one", "two", "three", "four", "five", "six"], range(7), strict=True))


class Auditor:
    """Reads a Qwen-VL sample with patterns of its own and asks the pixels."""

    def __init__(self, seen: dict[str, dict[str, list[Box]]]) -> None:
        self.seen = seen

    def problems(self, sample: Sample) -> list[str]:
        scene = self.seen[sample.meta["file_name"]]
        size = sample.images[0].size
        question, answer = sample.messages[0].text, sample.messages[1].text
        check = getattr(self, f"_{sample.task}")
        return list(check(question, answer, scene, size))

    def _places(self, text: str, size: Size) -> list[tuple[str, list[Box]]]:
        found = []
        for name, boxes in re.findall(r"<ref>([^<]*)</ref>((?:<box>[^<]*</box>)+)", text):
            numbers = [list(map(int, re.findall(r"\d+", b))) for b in re.findall(r"<box>([^<]*)</box>", boxes)]
            found.append((name, [self._pixels(n, size) for n in numbers]))
        return found

    def _pixels(self, n: list[int], size: Size) -> Box:
        w, h = size
        return ((n[0] + 0.5) / 1000 * w, (n[1] + 0.5) / 1000 * h, (n[2] + 0.5) / 1000 * w, (n[3] + 0.5) / 1000 * h)

    def _near(self, a: Box, b: Box) -> bool:
        return all(abs(x - y) < 0.5 for x, y in zip(a, b, strict=True))

    def _all_of(self, kind: str, boxes: list[Box], scene: dict[str, list[Box]]) -> list[str]:
        truth = sorted(scene.get(kind, []), key=lambda b: (b[1], b[0]))
        if len(truth) != len(boxes) or not all(map(self._near, boxes, truth)):
            return [f"{kind}: {boxes} for {truth}"]
        return []

    def _asked(self, text: str) -> set[str]:
        words: list[str] = re.findall(r"[a-z]+", re.sub(r"<[^>]*>", " ", text.lower()))
        return {PLURAL.get(w, w) for w in words} & set(PLURAL.values())

    def _detection(self, question: str, answer: str, scene: dict[str, list[Box]], size: Size) -> list[str]:
        found, asked = self._places(answer, size), self._asked(question)
        if not found:
            return [f"denied {k}, which is there" for k in asked if k in scene] + self._denial(answer)
        if {n for n, _ in found} != asked:
            return [f"asked for {asked}, answered {found}"]
        return [p for name, boxes in found for p in self._all_of(name, boxes, scene)]

    _multi_detection = _detection

    def _denial(self, answer: str) -> list[str]:
        words = set(re.findall(r"[a-z]+", answer.lower()))
        return (
            []
            if words & {"no", "not", "cannot", "nothing", "nowhere"} and "<" not in answer
            else [f"no denial: {answer}"]
        )

    def _existence(self, question: str, answer: str, scene: dict[str, list[Box]], size: Size) -> list[str]:
        (kind,) = self._asked(question)
        if answer.startswith("Yes") != (kind in scene) or answer.startswith("No") == (kind in scene):
            return [f"{answer!r} although pixels show {sorted(scene)}"]
        return self._detection(question, answer, scene, size)

    def _counting(self, question: str, answer: str, scene: dict[str, list[Box]], size: Size) -> list[str]:
        (kind,) = self._asked(question)
        said = re.search(r"\b(one|two|three|four|five|six) (\w+)", answer.lower())
        count = len(scene.get(kind, []))
        problems = self._detection(question, answer, scene, size)
        if count and (said is None or WORDS[said[1]] != count or (said[2] == kind) != (count == 1)):
            problems.append(f"{answer!r} for {count}")
        return problems

    def _referring_grounding(self, question: str, answer: str, scene: dict[str, list[Box]], size: Size) -> list[str]:
        ((phrase, boxes),) = self._places(answer, size)
        if f"<ref>{phrase}</ref>" not in question or len(boxes) != 1:
            return [f"{phrase!r} was not asked for in {question!r}"]
        meant = self._meant(phrase, scene, size)
        return [] if len(meant) == 1 and self._near(meant[0], boxes[0]) else [f"{phrase!r}: {boxes} for {meant}"]

    def _pointing(self, question: str, answer: str, scene: dict[str, list[Box]], size: Size) -> list[str]:
        name, x, y = re.fullmatch(r"<ref>([^<]*)</ref><box>\((\d+),(\d+)\)</box>", answer).groups()  # type: ignore[union-attr]
        px, py = (int(x) + 0.5) / 1000 * size[0], (int(y) + 0.5) / 1000 * size[1]
        meant = self._meant(name, scene, size)
        inside = len(meant) == 1 and meant[0][0] <= px <= meant[0][2] and meant[0][1] <= py <= meant[0][3]
        return [] if inside else [f"{name!r}: ({px}, {py}) for {meant}"]

    def _referring_description(self, question: str, answer: str, scene: dict[str, list[Box]], size: Size) -> list[str]:
        numbers = list(map(int, re.findall(r"\d+", re.search(r"<box>([^<]*)</box>", question)[1])))  # type: ignore[index]
        box = self._pixels(numbers, size)
        (kind,) = self._asked(answer)
        return [] if any(self._near(box, b) for b in scene.get(kind, [])) else [f"{answer!r} of {box}"]

    def _meant(self, phrase: str, scene: dict[str, list[Box]], size: Size) -> list[Box]:
        """Every box that satisfies the phrase, by a reading of English of its own, with the margins."""
        (kind,) = self._asked(phrase)
        boxes = scene.get(kind, [])
        if re.fullmatch(rf"the {kind}", phrase):
            return boxes
        return [b for i, b in enumerate(boxes) if self._holds(phrase, b, boxes[:i] + boxes[i + 1 :], size)]

    def _holds(self, phrase: str, box: Box, others: list[Box], size: Size) -> bool:
        area = [(b[2] - b[0]) * (b[3] - b[1]) for b in (box, *others)]
        if re.search(r"largest|biggest|most room", phrase):
            return all(area[0] >= 1.3 * a for a in area[1:])
        if re.search(r"smallest|least room", phrase):
            return all(a >= 1.3 * area[0] for a in area[1:])
        axis = 0 if re.search(r"left|right", phrase) else 1
        place = [(b[axis] + b[axis + 2]) / 2 for b in (box, *others)]
        if any(abs(place[0] - p) < 0.1 * size[axis] for p in place[1:]):
            return False
        rank, last = sum(p < place[0] for p in place[1:]), len(others)
        from_end = bool(re.search(r"right\b|rightmost|bottom|lowest", phrase)) and "middle" not in phrase
        if "middle" in phrase:
            return last == 2 and rank == 1
        wanted = 1 if "second" in phrase else 0
        return rank == (last - wanted if from_end else wanted)


@pytest.fixture(scope="module")
def auditor(world: Any) -> Auditor:
    return Auditor(world.seen)


def audited(auditor: Auditor, kept: list[Sample]) -> list[str]:
    return [f"{s.id}: {p}" for s in kept for p in auditor.problems(s)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_answer_agrees_with_the_pixels(run: Callable[..., Any], world: Any, auditor: Auditor, seed: int) -> None:
    outcome = run(world.path, seed=seed, per_image=20, negatives=0.2)
    assert len(outcome.kept) > 500
    assert audited(auditor, outcome.kept) == []
    assert {s.task for s in outcome.kept} == set(recipe.TASKS) - {"ocr", "grounded_caption"}
    assert {d.reason for d in outcome.dropped} <= {"nothing_to_ask"}


def test_every_attribute_is_used_and_denotes_one_object(run: Callable[..., Any], world: Any) -> None:
    outcome = run(world.path, per_image=60, weights={"referring_grounding": 1})
    used = {t["attribute"] for s in outcome.kept for t in s.truth["targets"]}
    assert used >= {"", "leftmost", "topmost", "second_left", "second_top", "middle_across", "largest", "smallest"}


def test_negatives_fall_on_their_share_of_slots_and_only_on_absent_kinds(run: Callable[..., Any], world: Any) -> None:
    outcome = run(world.path, per_image=10, negatives=0.1)
    negative = [s for s in outcome.kept if s.meta["negatives"]]
    assert {s.meta["slot"] % 10 for s in negative} == {9}
    assert len(negative) >= 50
    for sample in negative:
        assert sample.regions == ()
        assert not set(world.seen[sample.meta["file_name"]]) & {t["category"] for t in sample.truth["targets"]}
    yes = sum(s.task == "existence" and not s.meta["negatives"] for s in outcome.kept)
    no = sum(s.task == "existence" and bool(s.meta["negatives"]) for s in outcome.kept)
    assert 0.3 < no / (yes + no) < 0.7  # the form of the question does not give the answer away


def test_regions_and_truth_are_the_annotated_boxes(run: Callable[..., Any], world: Any) -> None:
    for sample in run(world.path).kept:
        boxes = {b for kind in world.seen[sample.meta["file_name"]].values() for b in kind}
        drawn = {(*r.quad[0], *r.quad[2]) for r in sample.regions}
        assert drawn <= boxes
        if sample.truth["place"] == "box":
            assert {tuple(b) for t in sample.truth["targets"] for b in t["boxes_px"]} == drawn


# --- the toy faults -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["list_float", "qwen_vl", "qwen2_vl", "qwen3_vl", "kosmos2", "florence2", "paligemma"])
def test_fault_normalising_by_the_resized_size_is_caught(
    run: Callable[..., Any], world: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    right = convention_named(name)

    def faulty(self: Convention, pixels: Pixels, size: Size) -> Numbers:
        return self.scale.encode(pixels, smart_resize(size, 28, 512 * 512, 1003520))

    sound = run(world.path, convention=name, negatives=0.0)
    monkeypatch.setattr(Convention, "encode", faulty)
    broken = run(world.path, convention=name, negatives=0.0)
    assert right.name == name
    assert sound.kept
    assert len(broken.kept) < 0.02 * len(sound.kept)
    assert {d.reason for d in broken.dropped} & {"self_check_bound", "collapsed_box"}


def test_fault_original_pixels_where_resized_ones_are_due_is_caught(
    run: Callable[..., Any], world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"factor": 28, "min_pixels": 400 * 400, "max_pixels": 1003520}
    monkeypatch.setattr(Convention, "encode", lambda self, pixels, size: tuple(round(v) for v in pixels))
    broken = run(world.path, convention="qwen25_vl", negatives=0.0, **limits)
    assert broken.kept == []
    assert {d.reason for d in broken.dropped} == {"self_check_bound", "nothing_to_ask"}


def test_fault_floats_everywhere_is_caught(
    run: Callable[..., Any], world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    floats = convention_named("list_float")
    sound = recipe.verdict
    for name in ("qwen_vl", "qwen2_vl", "qwen3_vl", "kosmos2", "florence2", "paligemma"):
        wanted = convention_named(name)
        monkeypatch.setattr(recipe, "verdict", lambda *a, w=wanted: sound(*a[:4], w, a[5]))
        broken = run(world.path, convention="list_float", negatives=0.0)
        assert broken.kept == []
        assert {d.reason for d in broken.dropped} <= {"self_check_unreadable", "nothing_to_ask"}
    assert floats.scale == Rounded(1000)


def test_fault_only_the_first_of_several_instances_is_caught(
    run: Callable[..., Any], world: Any, auditor: Auditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tasks.positive_questions

    def first_only(scene: tasks.Scene, max_boxes: int) -> dict[str, list[tasks.Question]]:
        return {
            task: [replace(q, targets=tuple(replace(t, members=t.members[:1]) for t in q.targets)) for q in questions]
            for task, questions in whole(scene, max_boxes).items()
        }

    monkeypatch.setattr(tasks, "positive_questions", first_only)
    assert len(audited(auditor, run(world.path).kept)) > 20


def test_fault_an_absent_object_answered_with_a_box_is_caught(
    run: Callable[..., Any], world: Any, auditor: Auditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    negative = [s for s in run(world.path, negatives=0.5).kept if s.meta["negatives"]]
    for sample in negative[:20]:
        boxed = assistant(f"<ref>{sample.truth['targets'][0]['category']}</ref><box>(1,2),(300,400)</box>")
        assert auditor.problems(sample.having(messages=(sample.messages[0], boxed)))
    monkeypatch.setattr(recipe, "completeness", lambda placed, *_: (frozenset(), ("circle", "square", "triangle")))
    assert audited(auditor, run(world.path, negatives=0.5).kept)  # kinds taken for absent that are there
    monkeypatch.undo()

    def boxed_always(*arguments: Any) -> Any:
        said = spoken(*arguments)
        return replace(said, answer=said.answer + " <ref>circle</ref><box>(1,2),(300,400)</box>")

    spoken = recipe.converse
    monkeypatch.setattr(recipe, "converse", boxed_always)
    broken = run(world.path, negatives=0.5)
    assert not any(s.meta["negatives"] for s in broken.kept)
    assert "self_check_absent" in {d.reason for d in broken.dropped}


def said(samples: list[Sample]) -> list[tuple[str, str]]:
    return [(s.messages[0].text, s.messages[1].text) for s in samples]


def shuffled(world: Any, folder: Path) -> Path:
    value = json.loads(world.path.read_text())
    random.Random(5).shuffle(value["annotations"])
    for image in value["images"]:
        (folder / image["file_name"]).write_bytes((world.path.parent / image["file_name"]).read_bytes())
    path = folder / "instances.json"
    path.write_text(json.dumps(value))
    return path


def test_fault_an_order_that_leaks_from_the_annotation_file_is_caught(
    run: Callable[..., Any], world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, auditor: Auditor
) -> None:
    other = shuffled(world, tmp_path)
    assert said(run(world.path).kept) == said(run(other).kept)
    monkeypatch.setattr(geometry, "in_order", lambda instances, order: list(instances))
    leaky = run(world.path).kept
    assert said(leaky) != said(run(other).kept)
    assert audited(auditor, leaky)
