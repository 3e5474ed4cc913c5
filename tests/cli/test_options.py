"""What `--set` and `--input` mean, and how progress is told."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.cli.options import parse_inputs, parse_roles, parse_settings
from mmrecipes.cli.progress import Pace, PlainPrinter, counts, duration, line
from mmrecipes.core.errors import UsageError
from mmrecipes.flow.run import Progress
from mmrecipes.models.coordinator import Account
from mmrecipes.report.wording import amount

names = st.from_regex(r"[a-z_]{1,6}", fullmatch=True)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(names, values, max_size=4), names)
def test_any_json_value_arrives_as_it_is_also_below_a_dotted_key(settings, above):
    pairs = [f"{k}={json.dumps(v)}" for k, v in settings.items()]
    assert parse_settings(pairs) == settings
    nested = parse_settings([f"{above}.{p}" for p in pairs])
    assert nested == ({above: settings} if settings else {})


def test_what_is_no_json_is_text():
    assert parse_settings(["a=red", "b=", "c=a=b", 'd="1"']) == {"a": "red", "b": "", "c": "a=b", "d": "1"}


@pytest.mark.parametrize(
    "pairs", [["a"], ["=1"], ["a..b=1"], [".a=1"], ["a=1", "a=2"], ["a=1", "a.b=2"], ["a.b=1", "a=2"]]
)
def test_settings_that_contradict_themselves_are_refused(pairs):
    with pytest.raises(UsageError):
        parse_settings(pairs)


def test_inputs_with_and_without_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x=1.csv").touch()
    assert parse_inputs([]) is None
    assert parse_inputs(["a.csv"]) == "a.csv"
    assert parse_inputs(["table=a.csv", "chart=b=c.csv"]) == {"table": "a.csv", "chart": "b=c.csv"}
    assert parse_inputs(["x=1.csv"]) == "x=1.csv"
    assert parse_inputs(["./odd-name=3.csv"]) == "./odd-name=3.csv"
    for wrong in (["a.csv", "b.csv"], ["a.csv", "table=b.csv"], ["t=a", "t=b"]):
        with pytest.raises(UsageError):
            parse_inputs(wrong)


def progress(accepted: int, seconds: float, wanted: int | None = 1000, **changes: Any) -> Progress:
    values = {"candidates": 2 * accepted, "kept": accepted, "dropped": 7, "errors": 1, **changes}
    values = {"phase": "segment 1/1", **values}
    return Progress(accepted=accepted, wanted=wanted, seconds=seconds, **values)


def test_the_rate_of_a_resumed_run_is_that_of_this_session():
    pace = Pace()
    for second in range(11):
        pace.add(progress(500 + 20 * second, second))
    assert pace.rate == pytest.approx(20)
    assert pace.left(progress(700, 10)) == pytest.approx(15)


def test_the_rate_follows_the_last_half_minute():
    pace = Pace()
    for second in range(0, 101):
        pace.add(progress(second if second <= 60 else 60 + 10 * (second - 60), second))
    assert pace.rate == pytest.approx(10, rel=0.05)


def test_the_rate_starts_again_with_every_segment():
    pace = Pace()
    for second, accepted in enumerate([0, 50, 100, 0, 5, 10]):
        pace.add(progress(accepted, second))
    assert pace.rate == pytest.approx(5)


def test_in_a_log_every_phase_has_a_line_however_short_it_is():
    stream = StringIO()
    with PlainPrinter(stream) as show:
        for second, phase in enumerate(["segment 1/1", "segment 1/1", "sealing", "done"]):
            show(progress(10, second / 10, phase=phase))
    assert [line.split(":")[0] for line in stream.getvalue().splitlines()] == ["segment 1/1", "sealing", "done in 0 s"]


def test_a_line_tells_samples_drops_errors_rate_and_time_left():
    pace = Pace()
    pace.add(progress(0, 0))
    assert line(progress(0, 0), pace) == "segment 1/1: 0 of 1,000 samples, 7 dropped, 1 errors"
    pace.add(progress(100, 10))
    assert line(progress(100, 10), pace).endswith("7 dropped, 1 errors, 10.0/s, 1 min 30 s left")
    assert "left" not in line(progress(100, 10, wanted=None), pace)


def asking(accepted: int, seconds: float, spent: float, **changes: Any) -> Progress:
    """A run of one call per candidate, half of which are kept, 64 in flight."""
    account = Account(
        answered=2 * accepted, in_flight=64, spent=spent, spent_now=spent, budget=changes.pop("budget", None)
    )
    return progress(accepted, seconds, account=account, **{"dropped": accepted, "errors": 0, **changes})


def test_a_line_tells_calls_and_cost_when_models_are_asked():
    pace = Pace()
    pace.add(asking(0, 0, 0.0, budget=20.0))
    now = asking(100, 10, 2.64, budget=20.0)
    pace.add(now)
    said = line(now, pace)
    # 200 candidates are done and 64 half done: 232 for 116 samples
    assert pace.projected(now) == pytest.approx(2.64 / 116 * 1000)
    assert said.endswith("200 calls, 20.0 calls/s, 64 in flight, cost 2.64 of budget 20, about 22.76 in all")


def test_where_rows_are_split_the_cost_to_come_goes_by_samples():
    """20 rows gave 200 samples, half of which were kept: the same samples and money as one by one."""
    pace = Pace()
    pace.add(asking(0, 0, 0.0))
    assert pace.projected(asking(100, 10, 2.64, candidates=20)) == pytest.approx(2.64 / 116 * 1000)


def test_a_cost_is_told_only_where_something_has_a_price_and_projected_only_in_the_last_segment():
    pace = Pace()
    pace.add(asking(0, 0, 0.0))
    assert "cost" not in line(asking(10, 1, 0.0), pace)
    pace.add(asking(0, 0, 0.0, phase="segment 1/2"))
    said = line(asking(10, 1, 0.5, phase="segment 1/2"), pace)
    assert "cost 0.5" in said and "in all" not in said


@pytest.mark.parametrize("width", [30, 60, 90, 120])
def test_what_does_not_fit_is_left_out_by_rank(width):
    pace = Pace()
    pace.add(asking(0, 0, 0.0))
    pace.add(asking(100, 10, 2.64))
    whole, said = counts(asking(100, 10, 2.64), pace), counts(asking(100, 10, 2.64), pace, width)
    assert len(said) <= width and said.startswith("100 of 1,000 samples")
    assert ("cost 2.64" in said) == (width >= 60) and len(whole) > width


@pytest.mark.parametrize(
    ("seconds", "said"), [(8.4, "8 s"), (59.6, "1 min 00 s"), (200, "3 min 20 s"), (7500, "2 h 05 min")]
)
def test_durations_are_short_and_whole(seconds, said):
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (0, "0"),
        (12.3456, "12.35"),
        (0.000123456, "0.0001235"),
        (1234.6, "1,235"),
        (99.999, "100"),
        (2.5, "2.5"),
        (1e7, "10,000,000"),
    ],
)
def test_money_has_four_digits_that_count_and_no_currency(cost, said):
    assert amount(cost) == said


def test_several_models_of_a_role_keep_their_order():
    assert parse_roles(["judge=a@http://x/v1", "voter=b@http://y", "judge=c@http://z"]) == {
        "judge": ["a@http://x/v1", "c@http://z"], "voter": ["b@http://y"],
    }  # fmt: skip
    for wrong in ("judge", "=a@http://x", "judge="):
        with pytest.raises(UsageError, match="ROLE=MODEL@URL"):
            parse_roles([wrong])
