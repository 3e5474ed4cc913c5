"""Captions say only what is so: an independent reader checks counts, colours, "the …" and relations in their words."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from mmrecipes.world.captions import captions
from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.draw import render
from mmrecipes.world.palette import PALETTE
from mmrecipes.world.phrases import SETTINGS
from mmrecipes.world.scene import Scene, SceneObject, invent
from mmrecipes.world.wording import expand
from mmrecipes_tests.world.scenes import invented

NUMBER = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
WORD = {"striped": ("pattern", "striped"), "dotted": ("pattern", "dotted"), "spotted": ("pattern", "dotted"),
        "checked": ("pattern", "checked"), "chequered": ("pattern", "checked"), "wooden": ("texture", "wood"),
        "metal": ("texture", "metal"), "fabric": ("texture", "fabric"), "stone": ("texture", "stone"),
        "speckled": ("texture", "grain")} | {c: ("colour", c) for c in PALETTE}  # fmt: skip
NOUN = {form: c.name for c in CATALOGUE.values() for form in (c.name, c.plural)}
_NOUNS = "|".join(sorted(NOUN, key=len, reverse=True))
_WORDS = "|".join(WORD)
PHRASE = re.compile(
    rf"\b(?P<det>the|{'|'.join(NUMBER)}) (?P<attributes>(?:(?:{_WORDS}) )*)(?P<noun>{_NOUNS})\b"
    rf"(?: (?:in|with an?|with) (?P<worn>(?:(?:{_WORDS})\b ?)+)(?:clothes|hats? and scar(?:f|ves))?)?"
)
RELATION = {"left of": "left", "right of": "right", "left-hand side of": "left", "right-hand side of": "right",
            "above": "above", "higher up than": "above", "over": "above", "below": "below", "beneath": "below",
            "lower down than": "below", "in front of": "front", "behind": "behind", "farther back than": "behind",
            "on top of": "on", "upon": "on"}  # fmt: skip


def meant(scene: Scene, found: re.Match[str]) -> list[SceneObject]:
    """The objects a noun phrase fits."""
    said = dict(WORD[w] for w in (found["attributes"] + " " + (found["worn"] or "")).split())
    return [
        o
        for o in scene.objects
        if o.category == NOUN[found["noun"]] and all(getattr(o, k) == v for k, v in said.items())
    ]


Told = list[tuple[Scene, list[tuple[int, str]]]]


def texts(scene: Scene) -> tuple[Scene, list[tuple[int, str]]]:
    return scene, [(c.level, c.text) for c in captions(scene, random.Random(scene.seed))]


@pytest.fixture(scope="module")
def told() -> Told:
    """So many that 30,000 phrases without a fault show less than one in ten thousand to be wrong (at 95 %)."""
    return [texts(invented(seed)) for seed in range(1200)]


def test_five_levels_from_tags_to_a_long_description(told: Told) -> None:
    lengths: dict[int, list[int]] = {}
    for _, said in told:
        assert [level for level, _ in said] == [1, 2, 3, 4, 5]
        for level, text in said:
            lengths.setdefault(level, []).append(len(text.split()))
    mean = {level: sum(n) / len(n) for level, n in lengths.items()}
    assert mean[2] < mean[3] < mean[4] < mean[5]
    assert mean[5] > 40


def test_every_number_is_the_exact_count_and_every_definite_phrase_has_one_referent(
    told: Told,
) -> None:
    checked = 0
    for scene, said in told:
        for level, text in said:
            for found in PHRASE.finditer(text.lower()):
                expected = 1 if found["det"] == "the" else NUMBER[found["det"]]
                if level == 1 and found["det"] == "the":
                    continue
                checked += 1
                assert len(meant(scene, found)) == expected, (scene.seed, level, text, found[0])
    assert checked > 30_000


def test_the_fuller_captions_mention_every_object(told: Told) -> None:
    for scene, said in told:
        for level, text in said:
            if level >= 3:
                counted = [f for f in PHRASE.finditer(text.lower()) if f["det"] != "the"]
                named = {o.id for f in counted for o in meant(scene, f)}
                assert named == {o.id for o in scene.objects}, (scene.seed, text)


def test_every_relation_between_definite_phrases_holds_in_the_picture(told: Told) -> None:
    checked = Counter[str]()
    for scene, said in told[:160]:
        for sentence in re.split(r"(?<=[.])\s+", " ".join(t for level, t in said if level >= 4).lower()):
            definite = [f for f in PHRASE.finditer(sentence) if f["det"] == "the"]
            relation = [r for r in RELATION if re.search(rf"\b{r} the ", sentence)]
            if len(definite) == 2 and relation:
                word = max(relation, key=len)
                a, b = (meant(scene, f)[0] for f in definite)
                if re.search(rf"\b{word} the ", sentence).start() < definite[0].start():
                    a, b = b, a
                assert holds(scene, RELATION[word], a, b), (scene.seed, sentence)
                checked[RELATION[word]] += 1
    assert min(checked[r] for r in ("left", "right", "above", "below", "front", "behind")) >= 8, checked


def holds(scene: Scene, relation: str, a: SceneObject, b: SceneObject) -> bool:
    if relation in ("right", "below", "behind"):
        return holds(scene, {"right": "left", "below": "above", "behind": "front"}[relation], b, a)
    boxes = render(scene).boxes
    (ax, ay), (bx, by) = (((q[0] + q[2]) / 2, (q[1] + q[3]) / 2) for q in (boxes[a.id], boxes[b.id]))
    if relation == "left":
        return bx - ax > 0.05 * scene.size[0] and bx - ax > 0.5 * abs(by - ay)
    if relation == "above":
        return by - ay > 0.06 * scene.size[1] and boxes[a.id][1] < boxes[b.id][1]
    return a.on == b.id if relation == "on" else a.z > b.z and boxes[a.id][3] > boxes[b.id][3]


def skeleton(text: str) -> str:
    """The frame of a text: objects, numbers, attributes, relations and settings are all taken out."""
    out = text.lower()
    for setting in sorted({s for p in SETTINGS.values() for s in p.strip("[]").split("|")}, key=len, reverse=True):
        out = re.sub(rf"\b{setting}\b", "S", out)
    out = re.sub(rf"(?:to the |on the )?\b(?:{'|'.join(RELATION)})\b", "R", out)
    out = re.sub(rf" (?:in|with an?|with) (?:(?:{_WORDS})\b ?)+(?:clothes|hats? and scar(?:f|ves))?", " ", out)
    out = re.sub(rf"\b(?:(?:{_WORDS}) )*(?:{_NOUNS})\b", "N", out)
    out = re.sub(rf"\b(?:{'|'.join(NUMBER)}) N", "N", re.sub(rf"\b(?:{_WORDS})\b", "A", out))
    return re.sub(r"\s+", " ", re.sub(r"N(?:\s*(?:,|and|/|;|\||\+|&)\s*N)*", "L", out))


def test_no_wording_makes_up_more_than_three_percent_of_a_level(
    told: Told,
) -> None:
    frames: dict[int, Counter[str]] = {}
    for _, said in told:
        for level, text in said:
            frames.setdefault(level, Counter())[skeleton(text)] += 1
    for level, seen in frames.items():
        frame, often = seen.most_common(1)[0]
        assert often <= 0.03 * len(told), (level, frame, often)


def test_a_grammar_without_balanced_brackets_is_refused() -> None:
    for broken in ("[a|b", "a]"):
        with pytest.raises(ValueError, match="unbalanced"):
            expand(broken, random.Random(1))


def test_a_scene_without_objects_has_no_captions() -> None:
    assert captions(invent(1).having(objects=()), random.Random(1)) == ()


def test_captions_are_a_function_of_scene_and_generator() -> None:
    scene = invent(4)
    assert captions(scene, random.Random(9)) == captions(scene, random.Random(9)) != captions(scene, random.Random(8))
