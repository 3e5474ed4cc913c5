from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.identity import canonical_json, fingerprint, largest_remainder, rng_from, seed_from, turn


@given(st.integers(1, 60), st.integers(0, 5), st.text(max_size=5))
def test_every_element_has_its_turn_before_any_repeats(size: int, round_number: int, name: str) -> None:
    drawn = [turn(round_number * size + i, size, name) for i in range(size)]
    assert sorted(drawn) == list(range(size))


@given(st.integers(0, 5000), st.dictionaries(st.text(min_size=1), st.floats(0.01, 100), min_size=1, max_size=8))
def test_largest_remainder_gives_the_whole_and_is_off_by_less_than_one(total: int, weights: dict[str, float]) -> None:
    parts = largest_remainder(total, weights)
    assert sum(parts.values()) == total
    whole = sum(weights.values())
    assert all(abs(parts[k] - total * w / whole) < 1 + 1e-6 for k, w in weights.items())


def test_seeds_depend_on_every_part_its_order_and_its_type() -> None:
    seeds = [
        seed_from(1, "a", 2),
        seed_from(2, "a", 1),
        seed_from("1", "a", 2),
        seed_from(1, "a2"),
        seed_from(1, "a", 2, 0),
    ]
    assert len(set(seeds)) == len(seeds)
    assert rng_from(1, "x").random() == rng_from(1, "x").random()


def test_seeds_are_the_same_on_every_machine_and_in_every_version() -> None:
    assert seed_from(0, "table", 17) == 10461340568983801963


def test_seeds_spread_evenly() -> None:
    counts = Counter(seed_from(0, "s", i) % 10 for i in range(10_000))
    assert max(counts.values()) < 1150 and min(counts.values()) > 850


@given(st.dictionaries(st.text(), st.integers(-(2**40), 2**40)))
def test_equal_values_have_equal_canonical_json(value: dict[str, int]) -> None:
    again = dict(reversed(value.items()))
    assert canonical_json(value) == canonical_json(again) and fingerprint(value) == fingerprint(again)
