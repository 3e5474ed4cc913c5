"""What `--set` and `--input` mean, and how progress is told."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.cli.options import parse_inputs, parse_settings
from mmrecipes.cli.progress import Pace, duration, line
from mmrecipes.core.errors import UsageError
from mmrecipes.flow.run import Progress

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


def progress(accepted: int, seconds: float, wanted: int | None = 1000) -> Progress:
    return Progress(accepted, wanted, 2 * accepted, 7, 1, seconds, "segment 1/1")


def test_the_rate_of_a_resumed_run_is_that_of_this_session():
    pace = Pace()
    for second in range(11):
        pace.add(second, 500 + 20 * second)
    assert pace.rate == pytest.approx(20)
    assert pace.left(progress(700, 10)) == pytest.approx(15)


def test_the_rate_follows_the_last_half_minute():
    pace = Pace()
    for second in range(0, 101):
        pace.add(second, second if second <= 60 else 60 + 10 * (second - 60))
    assert pace.rate == pytest.approx(10, rel=0.05)


def test_the_rate_starts_again_with_every_segment():
    pace = Pace()
    for second, accepted in enumerate([0, 50, 100, 0, 5, 10]):
        pace.add(second, accepted)
    assert pace.rate == pytest.approx(5)


def test_a_line_tells_samples_drops_errors_rate_and_time_left():
    pace = Pace()
    pace.add(0, 0)
    assert line(progress(0, 0), pace) == "segment 1/1: 0 of 1,000 samples, 7 dropped, 1 errors"
    pace.add(10, 100)
    assert line(progress(100, 10), pace).endswith("7 dropped, 1 errors, 10.0/s, 1 min 30 s left")
    assert "left" not in line(progress(100, 10, wanted=None), pace)


@pytest.mark.parametrize(
    ("seconds", "said"), [(8.4, "8 s"), (59.6, "1 min 00 s"), (200, "3 min 20 s"), (7500, "2 h 05 min")]
)
def test_durations_are_short_and_whole(seconds, said):
    assert duration(seconds) == said
