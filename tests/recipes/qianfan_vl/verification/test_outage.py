"""Claims about votes over HTTP: an endpoint that goes down in the middle loses no ballot and adds none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mmrecipes.flow.ledger import errors, step_counts
from mmrecipes.flow.run import RunRequest, RunResult, execute
from mmrecipes.models.binding import Endpoint
from mmrecipes.recipes.catalogue import load
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.standing_in import serve

STAND_IN = """
import itertools
from mmrecipes.recipes.qianfan_vl.recipe import Params, pipeline, source
from mmrecipes.recipes.qianfan_vl.recipe import stand_in as answered

number = itertools.count()

def stand_in(asked):
    if next(number) in {down}:
        raise ConnectionError("out of order")
    return answered(asked)
"""
FAULTS = {"voter_wrong": 0.2, "voter_unsure": 0.2}


@contextmanager
def endpoint(folder: Path, down: range) -> Iterator[Endpoint]:
    """A voter behind loopback that fails on the calls with these numbers."""
    (module := folder / f"voter{len(down)}.py").write_text(STAND_IN.format(down=down))
    with serve(str(module), FAULTS) as url:
        yield Endpoint(model="stand-in", url=url, stand_in=True)


def voted(out: Path, voter: Endpoint, **options: Any) -> RunResult:
    params = {"tasks": {"table": 1}, "votes": 3}
    return execute(
        RunRequest(load("qianfan-vl"), out, 24, {}, params, workers=1, models={"voter": (voter,)}, **options)
    )


def votes(folder: Path) -> dict[str, Any]:
    return {s.id: s.meta["votes"] for s in read_samples(folder)}


@pytest.mark.slow
def test_after_an_outage_in_the_middle_of_the_votes_every_ballot_is_counted_once(tmp_path: Path) -> None:
    whole, out = tmp_path / "whole", tmp_path / "r"
    with endpoint(tmp_path, range(0)) as voter:
        voted(whole, voter)
    with endpoint(tmp_path, range(20, 50)) as voter:
        broken = voted(out, voter)
        assert {e.kind for e in errors(out)} == {"http_500"} and broken.errors > 2 and broken.accepted
        assert all(line.balances for line in step_counts(out))
        again = voted(out, voter, retry_errors=True)
    assert again.errors == 0 and not errors(out)
    assert votes(out) == votes(whole) and {len(v["ballots"]) for v in votes(out).values()} == {2, 3}
