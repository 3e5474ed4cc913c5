"""The engine and the model layer together, with stand-ins in-process."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmrecipes.core.errors import PlanError, UsageError, WorldError
from mmrecipes.core.identity import rng_from
from mmrecipes.flow.ledger import step_counts
from mmrecipes.flow.recipe import LoadedRecipe, load_module
from mmrecipes.flow.run import RunRequest, execute
from mmrecipes.models.binding import Endpoint, StandIn
from mmrecipes.store.answers import AnswerReader, answers_file
from mmrecipes.store.dataset import read_samples
from mmrecipes_tests.asking import ASKING, run
from mmrecipes_tests.running import digest
from mmrecipes_tests.standing_in import serve
from mmrecipes_tests.toy_recipe import picture


def test_answers_of_a_stand_in_mark_their_samples_and_are_the_same_for_any_number_of_workers(tmp_path: Path) -> None:
    run(tmp_path / "one", 60, StandIn(), calls=3)
    run(tmp_path / "two", 60, StandIn(), calls=3, workers=2)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    made = list(read_samples(tmp_path / "one"))
    assert len(made) == 60 and all(s.stand_in for s in made)


def test_malformed_replies_are_asked_again_and_counts_are_as_computed_from_the_seeded_faults(tmp_path: Path) -> None:
    faults = {"malformed": 0.2, "unusable": 0.3}
    result = run(tmp_path / "r", 100, StandIn(faults=faults), workers=2)

    def strikes(kind: str, index: int, turns: int) -> bool:
        place = ("stand-in", 0, f"asking/rows/{index:06d}", "chain/0", 0, turns, kind)
        return rng_from(*place).random() < faults[kind]

    first = [strikes("malformed", i, 1) or strikes("unusable", i, 1) for i in range(result.candidates)]
    second = [strikes("unusable", i, 3) for i in range(result.candidates)]
    dropped = [a and b for a, b in zip(first, second, strict=True)]
    line = next(x for x in step_counts(tmp_path / "r") if x.path == "Ask")
    assert line.reasons == {"no_ok": sum(dropped)} and line.balances
    assert line.usage["chain/N"].calls == result.candidates + sum(first)
    assert line.usage["chain/N"].reasked == sum(first) > 0
    assert result.accepted == 100 == result.candidates - sum(dropped)


def test_an_unbound_role_is_refused_in_the_plan_with_the_remedy(tmp_path: Path) -> None:
    recipe = LoadedRecipe("asking", "1", ASKING, load_module(ASKING).CARD)
    with pytest.raises(PlanError, match=r"none is bound to: teacher \(answers\).*--models stand-in"):
        execute(RunRequest(recipe, tmp_path / "r", 5))


@pytest.mark.parametrize("n", [20, 1000])
def test_a_model_whose_replies_never_pass_is_not_paid_without_end(tmp_path: Path, n: int) -> None:
    never = StandIn(faults={"unusable": 1.0})
    with pytest.raises(WorldError, match=r"none of the first \d+ rows of 'rows' came through \(no_ok \d+\)"):
        run(tmp_path / "r", n, never, workers=2)
    log = AnswerReader(answers_file(tmp_path / "r"))
    first = log.totals().stand_in
    assert first <= 2 * 150
    with pytest.raises(WorldError, match="none of the first"):
        run(tmp_path / "r", n, never, workers=2)
    assert first < log.totals().stand_in <= 2 * first + 100
    log.close()


def test_an_unknown_fault_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="no fault 'typo'; it has: malformed, unusable"):
        run(tmp_path / "r", 5, StandIn(faults={"typo": 0.1}))


def test_a_stand_in_behind_http_answers_as_it_does_in_process(tmp_path: Path) -> None:
    faults = {"malformed": 0.2, "unusable": 0.3}
    run(tmp_path / "inside", 40, StandIn(faults=faults), calls=2)
    with serve(ASKING, faults) as url:
        served = Endpoint(model="stand-in", url=url, stand_in=True)
        run(tmp_path / "http", 40, served, calls=2, workers=2)
    inside, outside = ([(s.id, s.messages, s.stand_in) for s in read_samples(tmp_path / d)] for d in ("inside", "http"))
    assert inside == outside and all(marked for *_, marked in outside)
    assert [x.usage for x in step_counts(tmp_path / "inside")] == [x.usage for x in step_counts(tmp_path / "http")]


def test_a_finished_run_over_all_rows_is_not_cut_to_a_smaller_n_and_names_the_way_on(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    for k in range(3):
        (tmp_path / "pictures" / f"{k}.png").write_bytes(picture(k).data)
    options = {"images": str(tmp_path / "pictures")}
    assert run(tmp_path / "r", None, StandIn(), **options).accepted == 3
    way_on = r"without --n \(every row of the input\).*--n 2: .*smaller.* leave out --n; .*--reuse .*/r so that"
    with pytest.raises(UsageError, match=way_on):
        run(tmp_path / "r", 2, StandIn(), **options)
    assert run(tmp_path / "r", None, StandIn(), **options).accepted == 3
