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
from pathlib import Path
from mmrecipes.recipes.qianfan_vl.recipe import Params, pipeline, source
from mmrecipes.recipes.qianfan_vl.recipe import stand_in as answered

def stand_in(asked):
    second = asked.call.name == "vote/2" and Path({flag!r}).exists()
    if second and int(asked.sample.rsplit("/", 1)[1]) % 2:
        raise ConnectionError("out of order")
    return answered(asked)
"""
FAULTS = {"voter_wrong": 0.2, "voter_unsure": 0.2}


@contextmanager
def endpoint(folder: Path, flag: Path) -> Iterator[Endpoint]:
    """A voter behind loopback that is down for the second ballot of every other sample while a file is there."""
    (module := folder / "voter.py").write_text(STAND_IN.format(flag=str(flag)))
    with serve(str(module), FAULTS) as url:
        yield Endpoint(model="stand-in", url=url, stand_in=True)


def voted(out: Path, voter: Endpoint, **options: Any) -> RunResult:
    params = {"tasks": {"table": 1}, "votes": 3}
    return execute(
        RunRequest(load("qianfan-vl"), out, 12, {}, params, workers=1, models={"voter": (voter,)}, **options)
    )


def votes(folder: Path) -> dict[str, Any]:
    return {s.id: s.meta["votes"] for s in read_samples(folder)}


@pytest.mark.slow
def test_after_an_outage_in_the_middle_of_the_votes_every_ballot_is_counted_once(tmp_path: Path) -> None:
    whole, out, flag = tmp_path / "whole", tmp_path / "r", tmp_path / "down"
    with endpoint(tmp_path, flag) as voter:
        voted(whole, voter)
        flag.touch()
        broken = voted(out, voter)
        assert {e.kind for e in errors(out)} == {"http_500"} and broken.errors > 2 and broken.accepted
        assert all(line.balances for line in step_counts(out))
        flag.unlink()
        again = voted(out, voter, retry_errors=True)
    assert again.errors == 0 and not errors(out)
    assert votes(out) == votes(whole) and {len(v["ballots"]) for v in votes(out).values()} == {2, 3}
