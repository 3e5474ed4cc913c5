"""Claims about the refined subset: surer samples first, domains keep their shares, what goes is counted; and about the
names of branches in the ledger."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.recipes.honeypipe.refining import margin, rank
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.recipes.honeypipe.fates import pool
from mmrecipes_tests.recipes.honeypipe.pooling import honeypipe, reasons_of, steps_of


def made(words: int, cot: str, *verdicts: tuple[str, int]) -> Sample:
    meta: dict[str, Any] = {"cot": cot, "verdicts": [{"method": m, "attempts": a} for m, a in verdicts]}
    return Sample(id="s", messages=(user("Why?"), assistant("word " * words)), meta=meta)


def test_rules_are_surer_than_a_judge_early_draws_than_late_ones_and_the_least_sure_turn_counts() -> None:
    surest = [made(50, "short", ("exact", 1)), made(50, "short", ("exact", 2)), made(50, "short", ("judge", 2))]
    assert [margin(s) for s in surest] == [1.0, 0.5, 0.25]
    assert margin(made(50, "short", ("exact", 1), ("judge", 1))) == 0.5


@pytest.mark.parametrize(("cot", "usual", "odd"), [("short", 50, 2), ("long", 200, 10), ("bypass", 5, 2000)])
def test_an_answer_of_unusual_length_ranks_behind_every_usual_one(cot: str, usual: int, odd: int) -> None:
    assert rank(made(odd, cot, ("exact", 1))) < rank(made(usual, cot, ("judge", 16)))


def test_a_subset_keeps_the_domains_shares_and_says_what_went(tmp_path: Path) -> None:
    honeypipe(tmp_path / "all", pool(tmp_path, 8))
    honeypipe(tmp_path / "some", tmp_path / "sources.toml", subset=24, subset_source_share=1.0)
    whole, some = list(read_samples(tmp_path / "all")), list(read_samples(tmp_path / "some"))
    assert len(some) == 24 and {s.id for s in some} < {s.id for s in whole}
    assert reasons_of(tmp_path / "some")["not_in_subset"] == len(whole) - 24
    shares = [Counter(s.meta["domain"] for s in samples) for samples in (whole, some)]
    assert all(abs(shares[1][d] - n * 24 / len(whole)) < 1 for d, n in shares[0].items())


def test_the_ledger_calls_branches_by_name(tmp_path: Path) -> None:
    honeypipe(tmp_path / "r", pool(tmp_path, 2))
    paths = set(steps_of(tmp_path / "r"))
    assert "source_policy/use/path/both/FanOut/long/finish_long" in paths
    assert not any(part in ("Route", "0", "1") for path in paths for part in path.split("/"))
