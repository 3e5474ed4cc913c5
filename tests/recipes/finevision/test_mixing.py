"""Claims about mixtures and caps: what goes is counted, boundaries are as documented."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mmrecipes.recipes.finevision.mixing import targets
from mmrecipes.recipes.finevision.recipe import Params
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.recipes.finevision.desk import finevision, reasons_of

NAMES = st.sampled_from(["Science", "OCR QA", "Mathematics"])


@given(st.dictionaries(NAMES, st.integers(1, 500), min_size=1), st.dictionaries(NAMES, st.floats(0.1, 9), min_size=1))
def test_categories_come_in_the_shares_of_their_weights_as_many_as_the_scarcest_allows(
    counts: dict[str, int], weights: dict[str, float]
) -> None:
    stay = targets(counts, weights)
    assert all(0 <= stay[name] <= counts[name] for name in counts)
    if set(weights) <= set(counts):
        assert any(stay[name] == counts[name] for name in weights)
        per = [stay[name] / weights[name] for name in weights]
        assert max(per) - min(per) <= 1 / min(weights.values()) + 1e-6
    else:
        assert set(stay.values()) == {0}


def test_a_mixture_leaves_out_by_category_and_a_cap_by_source_and_both_are_counted(tmp_path: Path) -> None:
    finevision(tmp_path / "all", n=36, raters="rule")
    whole = list(read_samples(tmp_path / "all"))
    mix = {"Naive OCR": 1, "General VQA": 1}
    finevision(tmp_path / "some", n=36, raters="rule", weights=mix, most_per_source=2)
    some = list(read_samples(tmp_path / "some"))
    counts = Counter(s.meta["category"] for s in some)
    assert counts["Naive OCR"] == counts["General VQA"] > 0 and set(counts) == set(mix)
    assert max(Counter(s.source for s in some).values()) <= 2 < max(Counter(s.source for s in whole).values())
    reasons = reasons_of(tmp_path / "some")
    assert reasons["over_cap"] + reasons["not_in_mixture"] == len(whole) - len(some)
    assert {s.id for s in some} < {s.id for s in whole}


@pytest.mark.parametrize("weights", [{"Vision": 1.0}, {"Science": 0.0}])
def test_a_category_that_is_none_and_a_weight_of_nothing_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match=r"Naive OCR|above 0"):
        Params(weights=weights)
