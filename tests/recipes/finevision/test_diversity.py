"""Claims about the measures of variety."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.recipes.finevision.diversity import effective_rank, label_entropy, participation_ratio


@pytest.mark.parametrize("k", [2, 5, 20])
def test_k_equal_orthogonal_clusters_have_a_rank_of_about_k(k: int) -> None:
    vectors = np.repeat(np.eye(32)[:k], 10, axis=0)
    assert effective_rank(vectors) == pytest.approx(k - 1) and participation_ratio(vectors) == pytest.approx(k - 1)


def test_noise_in_every_direction_has_a_rank_near_the_dimension_and_a_line_has_one() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(20000, 16))
    assert 15.9 < participation_ratio(noise) <= effective_rank(noise) <= 16
    line = np.outer(rng.normal(size=50), rng.normal(size=16))
    assert effective_rank(line) == pytest.approx(1) and participation_ratio(line) == pytest.approx(1)


def test_duplicates_lower_the_rank() -> None:
    vectors = np.random.default_rng(1).normal(size=(40, 16))
    doubled = np.concatenate([vectors, np.repeat(vectors[:1], 40, axis=0)])
    assert effective_rank(doubled) < effective_rank(vectors) - 0.5
    assert participation_ratio(doubled) < participation_ratio(vectors) - 0.5


def test_both_measures_agree_with_the_eigenvalues_of_the_covariance() -> None:
    vectors = np.random.default_rng(2).normal(size=(30, 5)) * np.array([1, 2, 3, 4, 5])
    values = np.linalg.eigvalsh(np.cov(vectors.T))
    assert participation_ratio(vectors) == pytest.approx(values.sum() ** 2 / (values**2).sum())
    shares = values / values.sum()
    assert effective_rank(vectors) == pytest.approx(math.exp(-sum(s * math.log(s) for s in shares)))


def test_equal_vectors_have_no_rank_and_too_few_or_broken_ones_are_refused() -> None:
    assert effective_rank(np.ones((4, 3))) == participation_ratio(np.ones((4, 3))) == 0
    for bad in (np.ones((1, 3)), np.ones(3), np.array([[1.0, np.nan], [0.0, 1.0]])):
        with pytest.raises(ValueError, match="vector"):
            effective_rank(bad)


@given(st.integers(1, 9), st.integers(1, 5))
def test_k_equally_frequent_labels_have_log_k_bits(k: int, times: int) -> None:
    assert label_entropy([str(i) for i in range(k)] * times) == pytest.approx(math.log2(k))
