"""Claims about dates and times: every notation of a day is that day, as `dateutil` and `datetime` have it."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from dateutil import parser
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.steps.answer_dates import clock_of, date_of

NOTATIONS = (
    "%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%B %d, %Y", "%b %d %Y", "%d %b. %Y", "%d-%b-%Y",
)  # fmt: skip
DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 31))


@given(DAYS, st.sampled_from(NOTATIONS))
def test_a_day_in_any_notation_is_that_day(day: date, notation: str) -> None:
    text = day.strftime(notation)
    found = date_of(text)
    assert found is not None and found.readings == {(day.year, day.month, day.day)}
    assert parser.parse(text).date() == day


@given(DAYS, st.sampled_from(("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y")))
def test_numbers_with_the_year_last_are_read_both_ways_where_both_are_days(day: date, notation: str) -> None:
    text = day.strftime(notation)
    found = date_of(text)
    either = {parser.parse(text, dayfirst=first).date() for first in (True, False)}
    assert found is not None and found.readings == {(d.year, d.month, d.day) for d in either}


@given(DAYS)
def test_between_full_stops_the_day_comes_first(day: date) -> None:
    found = date_of(day.strftime("%d.%m.%Y"))
    assert found is not None and found.readings == {(day.year, day.month, day.day)}


@given(DAYS)
def test_a_day_in_chinese_is_that_day(day: date) -> None:
    found = date_of(f"{day.year:04d}年{day.month}月{day.day}日")
    assert found is not None and found.readings == {(day.year, day.month, day.day)}


PARTS = {
    "March 2020": (2020, 3, None), "2020年3月": (2020, 3, None), "5 March": (None, 3, 5),
    "the 5th of March": (None, 3, 5),
    "March 5th": (None, 3, 5), "5月3日": (None, 5, 3), "May": (None, 5, None), "3月": (None, 3, None),
    "2019年": (2019, None, None),
    "in 2019": (2019, None, None), "the year 2019": (2019, None, None),
}  # fmt: skip


@pytest.mark.parametrize(("text", "day"), PARTS.items())
def test_what_is_not_said_is_none(text: str, day: tuple[int | None, int | None, int | None]) -> None:
    found = date_of(text)
    assert found is not None and found.readings == {day}


@pytest.mark.parametrize(
    "text",
    ["2020-13-01", "31 April 2020", "30/30/2020", "2019", "12", "marching", "5", "", "March madness", "3/4", "1.5"],
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert date_of(text) is None


@given(st.times())
def test_a_time_with_and_without_am_or_pm_is_that_time(moment: time) -> None:
    seconds = 3600 * moment.hour + 60 * moment.minute
    for notation in ("%I:%M %p", "%I:%M%p"):
        told = clock_of(moment.strftime(notation))
        assert told is not None and told.seconds == seconds and not told.half_open
    bare = clock_of(moment.strftime("%H:%M"))
    assert bare is not None and bare.seconds == seconds and bare.half_open == (1 <= moment.hour <= 12)
    assert datetime.strptime(moment.strftime("%I:%M %p"), "%I:%M %p").hour == moment.hour


@pytest.mark.parametrize("text", ["25:00", "12:60", "13:00 pm", "0:10 am", "12", "3:5", "1:2:3"])
def test_what_is_no_time_is_not_read(text: str) -> None:
    assert clock_of(text) is None


@given(st.text(max_size=20))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    date_of(text)
    clock_of(text)
    date_of(f"5 {text}")
