"""Claims about folded text, SimHash and MinHash; the oracles count by hand or compare all with all."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.steps.text_hash import (
    PERMUTATIONS,
    band_keys,
    estimated_overlap,
    folded,
    minhash,
    overlap,
    rows_per_band,
    shingles,
    simhash,
    token_overlap,
    units,
)

WORDS = [f"w{i}" for i in range(5000)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<image>\nWhich year had the lowest output?", "which  year had the lowest output"),
        ("What is shown? (A) red (B) blue", "What is shown: A. red, B. blue"),
        ("Don't stop", "dont stop"),
        ("“Quoted” — dash", "quoted dash"),
        ("Ｆｕｌｌ ｗｉｄｔｈ？", "full width"),
        ("图中有几只猫？", "图中 有几只猫"),
        ("<|image_1|> and <img2> What?", "and what"),
    ],
)
def test_texts_that_differ_in_form_only_fold_to_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Which is right? A. red B. blue", "Which is right? B. red A. blue"),
        ("3 + 4 = ?", "3 - 4 = ?"),
        ("What is 3.5 of it?", "What is 35 of it?"),
        ("What is -5?", "What is 5?"),
        ("Is it 5 %?", "Is it 5?"),
        ("How many cats?", "How many dogs?"),
    ],
)
def test_option_letters_numbers_and_signs_of_mathematics_stay(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_and_hashes_never_fail(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert 0 <= simhash(once) < 1 << 64 and minhash(once).shape == (PERMUTATIONS,)


def test_units_are_words_or_characters_of_scripts_without_blanks() -> None:
    assert units(folded("The red car")) == ["the", "red", "car"]
    assert units(folded("红色的 car")) == ["红", "色", "的", "car"]
    assert sum(shingles(folded("a b c d a b c")).values()) == 5
    assert max(shingles(folded("a b c d a b c")).values()) == 2, "a b c occurs twice"


def test_the_distance_of_simhashes_grows_with_the_edits() -> None:
    rng = random.Random(0)
    steps = (0, 1, 4, 16, 64)
    distances = np.zeros((40, len(steps)))
    for text in range(40):
        said = rng.sample(WORDS, 120)
        original = simhash(" ".join(said))
        for column, edits in enumerate(steps):
            changed = list(said)
            for place in rng.sample(range(120), edits):
                changed[place] = rng.choice(WORDS)
            distances[text, column] = (original ^ simhash(" ".join(changed))).bit_count()
    means = distances.mean(axis=0)
    assert means[0] == 0 and (np.diff(means) > 0).all()
    assert means[1] < 6 and 20 < means[-1] < 36


def test_a_simhash_is_the_sign_of_the_weighted_votes() -> None:
    text = "a b c a b c a b c x y"
    weights = shingles(text)
    expected = 0
    for bit in range(64):
        votes = sum(count if gram >> bit & 1 else -count for gram, count in weights.items())
        expected |= (votes > 0) << bit
    assert simhash(text) == expected
    assert max(weights.values()) == 3


def related(rng: random.Random, share: float, length: int = 300) -> tuple[str, str]:
    """Two texts that have about this share of their shingles in common: one tail is exchanged."""
    said = rng.sample(WORDS, 2 * length)
    keep = round(length * 2 * share / (1 + share))
    return " ".join(said[:length]), " ".join(said[:keep] + said[length : 2 * length - keep])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8, 0.95])
def test_minhash_estimates_the_overlap_within_its_standard_error(share: float) -> None:
    rng, errors = random.Random(1), []
    for _ in range(60):
        one, other = related(rng, share)
        truth = overlap(frozenset(shingles(one)), frozenset(shingles(other)))
        error = estimated_overlap(minhash(one), minhash(other)) - truth
        errors.append(error / math.sqrt(truth * (1 - truth) / PERMUTATIONS))
    assert abs(np.mean(errors)) < 4 / math.sqrt(len(errors)), "no bias"
    assert 0.75 < np.std(errors) < 1.25, "the spread that theory gives"


@pytest.mark.parametrize("threshold", [0.6, 0.8, 0.9])
def test_bands_catch_nearly_all_texts_at_the_threshold_and_few_far_below(threshold: float) -> None:
    rows, rng = rows_per_band(threshold), random.Random(2)

    def caught(share: float, count: int) -> float:
        pairs = [related(rng, share) for _ in range(count)]
        keys = [[band_keys(minhash(t), rows) for t in pair] for pair in pairs]
        return float(np.mean([bool((a == b).any()) for a, b in keys]))

    assert caught(threshold, 250) >= 0.97
    assert caught(threshold / 4, 50) <= 0.4


def test_a_threshold_of_one_takes_a_whole_signature_and_nonsense_is_refused() -> None:
    assert rows_per_band(1.0) == PERMUTATIONS
    with pytest.raises(ValueError, match="not between 0 and 1"):
        rows_per_band(1.2)


def test_overlap_of_words() -> None:
    assert token_overlap("a b c", "b c d") == 0.5
    assert token_overlap("", "") == 1.0 and token_overlap("a", "") == 0.0
