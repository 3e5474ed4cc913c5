"""Claims about near duplicates by text and by hash; the oracle goes through all samples from the best to the worst."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from mmrecipes.core.sample import Sample, user
from mmrecipes.flow.pipeline import GlobalStep
from mmrecipes.steps.near_duplicates import NearDuplicateHash, NearDuplicateText
from mmrecipes.steps.text_hash import folded, overlap, shingles
from mmrecipes_tests.deciding import decided

WORDS = [f"w{i}" for i in range(400)]


def dropped(step: GlobalStep, samples: list[Sample], run: Path) -> dict[str, str | None]:
    return {name: d.detail for name, d in decided(step, samples, run).items()}


def greedy(samples: list[Sample], near: Callable[[Sample, Sample], bool]) -> dict[str, str]:
    """Every sample that is near a better one that stays, and the best such one."""
    staying: list[Sample] = []
    found = {}
    for one in sorted(samples, key=lambda s: (-s.difficulty, s.id)):
        match = next((s for s in staying if near(one, s)), None)
        if match is None:
            staying.append(one)
        else:
            found[one.id] = match.id
    return found


def texts(seed: int, count: int) -> list[Sample]:
    rng, made = random.Random(seed), []
    families = [rng.choices(WORDS, k=60) for _ in range(count // 6)]
    for i in range(count):
        said = list(rng.choice(families))
        for _ in range(rng.choice([0, 1, 2, 8, 30])):
            said[rng.randrange(60)] = rng.choice(WORDS)
        made.append(Sample(id=f"t{i:03d}", difficulty=rng.randrange(3), messages=(user(" ".join(said).upper() + "!"),)))
    return made


@pytest.mark.parametrize("threshold", [0.7, 0.9])
def test_near_texts_are_those_that_comparing_all_with_all_finds(tmp_path: Path, threshold: float) -> None:
    samples = texts(1, 120)
    sets = {s.id: frozenset(shingles(folded(s.messages[0].text))) for s in samples}
    expected = greedy(samples, lambda a, b: overlap(sets[a.id], sets[b.id]) >= threshold)
    step = NearDuplicateText(lambda s: s.messages[0].text, threshold, prefer=lambda s: s.difficulty)
    found = dropped(step, samples, tmp_path / "0")
    assert len(expected) > 12
    agreeing = sum(found.get(name) == other for name, other in expected.items())
    assert agreeing >= 0.97 * len(expected) and len(found) <= len(expected)
    random.Random(2).shuffle(samples)
    assert dropped(step, samples, tmp_path / "1") == found, "the order is without effect"


def test_texts_that_only_look_alike_by_a_band_are_kept(tmp_path: Path) -> None:
    samples = [Sample(id=str(i), messages=(user(f"a b c d e {'x y z ' * i}"),)) for i in range(8)]
    sets = [frozenset(shingles(folded(s.messages[0].text))) for s in samples]
    found = dropped(NearDuplicateText(lambda s: s.messages[0].text, 0.95), samples, tmp_path)
    for name, other in found.items():
        assert overlap(sets[int(name)], sets[int(str(other))]) >= 0.95


def test_equal_texts_and_texts_without_content(tmp_path: Path) -> None:
    samples = [
        Sample(id=f"{i}", messages=(user(t),)) for i, t in enumerate(["Hi there!", "hi  there", "", "?", "other"])
    ]
    assert dropped(NearDuplicateText(lambda s: s.messages[0].text), samples, tmp_path) == {"1": "0", "3": "2"}


@pytest.mark.parametrize("distance", [0, 1, 3])
@pytest.mark.parametrize("free_bits", [7, 12, 64])
def test_near_hashes_are_those_that_comparing_all_with_all_finds(tmp_path: Path, distance: int, free_bits: int) -> None:
    rng = random.Random(free_bits)
    made: list[int] = []
    for _ in range(150):
        near = (
            rng.choice(made) ^ (1 << rng.randrange(64)) if made and rng.random() < 0.4 else rng.getrandbits(free_bits)
        )
        made.append(near << (64 - free_bits) & (1 << 64) - 1 if free_bits < 64 and rng.random() < 0.5 else near)
    samples = [Sample(id=f"h{i:03d}", difficulty=rng.randrange(3), draft={"h": h}) for i, h in enumerate(made)]
    expected = greedy(samples, lambda a, b: (a.draft["h"] ^ b.draft["h"]).bit_count() <= distance)
    step = NearDuplicateHash(lambda s: s.draft["h"], distance, prefer=lambda s: s.difficulty)
    assert dropped(step, samples, tmp_path / "0") == expected
    rng.shuffle(samples)
    assert dropped(step, samples, tmp_path / "1") == expected


def test_nothing_is_dropped_where_nothing_is_near(tmp_path: Path) -> None:
    samples = [Sample(id=f"{i}", draft={"h": h}) for i, h in enumerate([0, 0xFFFF, 0xFFFF_0000])]
    assert dropped(NearDuplicateHash(lambda s: s.draft["h"], 3), samples, tmp_path) == {}
    assert NearDuplicateHash(lambda s: 0).prefix_stable is False
