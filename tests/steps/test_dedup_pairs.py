"""Claims about duplicates of pairs, decided over real shards."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pil

from mmrecipes.core.image import Image, image_from_bytes
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.steps.dedup_pairs import DedupPairs, HashPair
from mmrecipes.steps.image_hash import hamming, image_hash
from mmrecipes_tests.deciding import decided
from mmrecipes_tests.steps.pictures import bar_chart, encoded, image, photographs, scaled

PHOTOGRAPHS = photographs()
QUESTION = "Which year had the lowest output?"


def row(name: str, picture: Image | tuple[Image, ...] | None, question: str = QUESTION, answer: str = "2019",
        source: str = "plain") -> Sample:  # fmt: skip
    pictures = (picture,) if isinstance(picture, Image) else picture or ()
    return Sample(
        id=name, source=source, images=pictures, messages=(user(*pictures, question), assistant(answer))
    )  # fmt: skip


def hashed(samples: list[Sample]) -> list[Sample]:
    step = HashPair(lambda s: s.messages[0].text)
    return [step(s) for s in samples]


def dedup(**options: object) -> DedupPairs:
    return DedupPairs(priority=lambda s: 1 if s.source == "best" else 0, answer=lambda s: s.messages[1].text, **options)  # type: ignore[arg-type]


def dropped(samples: list[Sample], run: Path, **options: object) -> dict[str, str | None]:
    found = decided(dedup(**options), hashed(samples), run)
    return {name: decision.detail for name, decision in found.items() if decision.reason}


def test_the_same_picture_saved_again_with_the_same_question_is_removed(tmp_path: Path) -> None:
    samples = []
    for i, picture in enumerate(PHOTOGRAPHS):
        samples += [row(f"{i}a", image(picture, quality=92)), row(f"{i}b", image(picture, quality=85))]
        samples += [row(f"{i}c", image(scaled(picture, 0.95), "PNG"), "which YEAR had the <image> lowest output")]
    found = dropped(samples, tmp_path / "near", max_hamming_image=4)
    assert found == {f"{i}{c}": f"{i}a" for i in range(len(PHOTOGRAPHS)) for c in "bc"}
    exact = dropped(samples, tmp_path / "exact")
    equal = [
        i for i, p in enumerate(PHOTOGRAPHS)
        if image_hash(image(p, quality=92)).phash == image_hash(image(p, quality=85)).phash
    ]  # fmt: skip
    assert len(equal) >= len(PHOTOGRAPHS) / 2
    assert {f"{i}b" for i in equal} <= set(exact), "with equal hashes the literal rule finds it"


def test_the_same_picture_with_another_question_stays_and_so_does_the_question_on_another_picture(
    tmp_path: Path,
) -> None:
    one, other = image(PHOTOGRAPHS[0]), image(PHOTOGRAPHS[1])
    samples = [row("a", one), row("b", one, "Which year had the highest output?"), row("c", other)]
    samples += [row("d", one, "Which is it? (A) 1 (B) 2"), row("e", one, "Which is it? (A) 2 (B) 1")]
    for near in (0, 6):
        assert dropped(samples, tmp_path / str(near), max_hamming_image=near, max_hamming_text=near // 2) == {}


def charts_with_one_hash() -> tuple[Image, Image]:
    """Two bar charts of different values whose pHash is equal."""
    heights = [0.3, 0.7, 0.5, 0.2, 0.6, 0.4, 0.8, 0.35]
    first = image(bar_chart(heights), "PNG")
    for place in range(len(heights)):
        for change in (0.03, 0.04, 0.05, -0.03, -0.04):
            other = image(bar_chart([h + change * (i == place) for i, h in enumerate(heights)]), "PNG")
            if image_hash(other).phash == image_hash(first).phash:
                return first, other
    raise AssertionError("no such charts")


def test_two_charts_under_one_template_question_stay_although_their_hashes_are_equal(tmp_path: Path) -> None:
    one, other = charts_with_one_hash()
    samples = [row("a", one), row("b", other, answer="2021")]
    assert dropped(samples, tmp_path / "confirmed") == {}
    assert dropped(samples, tmp_path / "literal", confirm=False) == {"b": "a"}, "what the confirmation is for"


def test_flat_pictures_are_always_confirmed(tmp_path: Path) -> None:
    light, dark = (image(Pil.new("RGB", (300, 300), (v, v, v))) for v in (250, 90))
    again = image(Pil.new("RGB", (310, 310), (249, 250, 250)), quality=60)
    samples = [row("a", light), row("b", dark), row("c", again)]
    for confirm in (True, False):
        assert dropped(samples, tmp_path / str(confirm), confirm=confirm) == {"c": "a"}


def test_the_survivor_has_the_highest_priority_then_the_longest_answer_then_the_smallest_id(tmp_path: Path) -> None:
    picture = image(PHOTOGRAPHS[2])
    samples = [
        row("a", picture, answer="1"),
        row("b", picture, answer="longest of all"),
        row("c", picture, answer="12"),
    ]
    assert dropped(samples, tmp_path / "length") == {"a": "b", "c": "b"}
    preferred = [*samples, row("z", picture, answer="", source="best")]
    assert dropped(preferred, tmp_path / "priority") == {"a": "z", "b": "z", "c": "z"}
    even = [row(n, picture, answer="same") for n in ("n2", "n10", "n1")]
    assert dropped(even, tmp_path / "id") == {"n2": "n1", "n10": "n1"}


def pool() -> list[Sample]:
    rng = random.Random(4)
    samples = []
    for i in range(40):
        picture = PHOTOGRAPHS[rng.randrange(3)]
        data = encoded(picture.resize((256, 192)), quality=rng.choice([95, 85, 75]))
        answer, source = rng.choice(["7", "seven", "a long answer"]), rng.choice(["best", "plain"])
        samples.append(row(f"s{i:02d}", image_from_bytes(data), rng.choice(["How many?", "Why?"]), answer, source))
    return hashed(samples)


@pytest.mark.parametrize("options", [{}, {"max_hamming_image": 3, "max_hamming_text": 2}, {"drop_conflicts": True}])
def test_the_order_of_the_sources_is_without_effect(tmp_path: Path, options: dict[str, object]) -> None:
    samples, rng = pool(), random.Random(5)
    first = decided(dedup(**options), samples, tmp_path / "0")
    assert len([d for d in first.values() if d.reason]) > 20
    for turn in (1, 2):
        rng.shuffle(samples)
        again = decided(dedup(**options), samples, tmp_path / str(turn))
        assert {k: d[:2] for k, d in again.items()} == {k: d[:2] for k, d in first.items()}
        assert {k: d.added for k, d in again.items()} == {k: d.added for k, d in first.items()}


def test_answers_of_duplicates_that_differ_are_kept_with_the_survivor_and_compared(tmp_path: Path) -> None:
    one, other, third = (image(p) for p in PHOTOGRAPHS[:3])
    samples = [row("a", one, answer="3/4"), row("b", one, answer="0.75"), row("c", other, answer="12 cm")]
    samples += [row("d", other, answer="12 m"), row("e", third, answer="same"), row("f", third, answer="same")]
    found = decided(dedup(), hashed(samples), tmp_path / "kept")
    same, different = sorted(k for k in found if found[k].added)
    assert found[same].added == {"dup_answers": [{"id": "a", "answer": "3/4"}], "dup_conflict": False}
    assert found[different].added == {"dup_answers": [{"id": "d", "answer": "12 m"}], "dup_conflict": True}
    assert found["f"] == ("duplicate_pair", "e", None) and "e" not in found
    strict = decided(dedup(drop_conflicts=True), hashed(samples), tmp_path / "dropped")
    assert strict["c"].reason == "conflicting_answers" and strict["c"].detail == "d says 12 m"
    assert strict["d"].reason == "duplicate_pair"


def test_text_only_pairs_are_compared_by_their_text(tmp_path: Path) -> None:
    samples = [row("a", None), row("b", None), row("c", None, "Why is the sky blue?"), row("d", image(PHOTOGRAPHS[0]))]
    for near in (0, 3):
        found = dropped(samples, tmp_path / str(near), max_hamming_image=near, max_hamming_text=near)
        assert found == {"b": "a"}
    unequal = [*samples, row("e", None, answer="another, longer")]
    assert dropped(unequal, tmp_path / "unequal") == {"a": "e", "b": "e"}


def test_pictures_are_compared_in_their_order(tmp_path: Path) -> None:
    one, other = image(PHOTOGRAPHS[0]), image(PHOTOGRAPHS[1])
    again = image(PHOTOGRAPHS[1], quality=80)
    samples = [row("a", (one, other)), row("b", (other, one)), row("c", (one, other)), row("d", one)]
    assert dropped(samples, tmp_path / "exact") == {"c": "a"}
    near = dropped([*samples, row("e", (one, again)), row("f", (one, one))], tmp_path / "near", max_hamming_image=4)
    assert near == {"c": "a", "e": "a"}


def test_near_pairs_are_those_that_comparing_all_with_all_finds(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    samples = []
    for i in range(60):
        noise = rng.normal(0, 10 + 3 * (i % 20), (96, 128, 3))
        noisy = np.asarray(PHOTOGRAPHS[i % 3].resize((128, 96))) + noise
        picture = image(Pil.fromarray(noisy.clip(0, 255).astype(np.uint8)), "PNG")
        samples.append(row(f"s{i:02d}", picture, ["How many birds are there?", "How many?"][i % 2], "x" * (60 - i)))
    samples, rule = hashed(samples), {"confirm": False, "max_hamming_image": 2}
    survivors: list[Sample] = []
    expected = {}
    for one in samples:  # already from the best to the worst
        key = one.draft["pair"]
        match = next(
            (
                s for s in survivors if s.draft["pair"].simhash == key.simhash
                and hamming(s.draft["pair"].pictures[0].phash, key.pictures[0].phash) <= 2
            ), None,
        )  # fmt: skip
        if match is None:
            survivors.append(one)
        else:
            expected[one.id] = match.id
    found = decided(dedup(**rule), samples, tmp_path)
    assert {k: d.detail for k, d in found.items() if d.reason} == expected
    assert 10 < len(survivors) < 50, "a case worth the name"


def test_the_hashes_stay_in_the_draft_and_a_missing_hash_is_an_error_that_names_the_step(tmp_path: Path) -> None:
    (sample,) = hashed([row("a", image(PHOTOGRAPHS[0]))])
    assert set(sample.draft["hashes"]) == {"phash", "simhash"}
    assert int(sample.draft["hashes"]["phash"], 16) == image_hash(image(PHOTOGRAPHS[0])).phash
    with pytest.raises(ValueError, match="put HashPair before DedupPairs"):
        decided(dedup(), [row("a", None)], tmp_path)


def test_many_survivors_under_one_key_are_told_apart_as_few_are(tmp_path: Path) -> None:
    greys = [image(Pil.new("RGB", (64, 64), (v, v, v)), "PNG") for v in range(20, 250, 10)]
    samples = [row(f"{i:02d}", grey) for i, grey in enumerate(greys)]
    again = [row(f"{i:02d}x", image(Pil.new("RGB", (80, 64), (v, v, v)))) for i, v in enumerate(range(20, 250, 10))]
    found = dropped([*again, *samples], tmp_path)
    assert found == {f"{i:02d}x": f"{i:02d}" for i in range(len(greys))}
