"""Numbers of charts in the form of their language: examples after CLDR 45, there and back, and whole charts."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.render.charts.axes import number
from mmrecipes.render.charts.content_local import TYPES, local_chart
from mmrecipes.render.charts.numerals import canonical, localised
from mmrecipes.render.charts.reading import AsDrawn
from mmrecipes.render.charts.tracks import View
from mmrecipes.steps.agreement import Expected, agrees

CLDR = {
    "de": "1.234.567,8", "el": "1.234.567,8", "es": "1.234.567,8", "it": "1.234.567,8", "pt": "1.234.567,8",
    "tr": "1.234.567,8", "vi": "1.234.567,8",
    "fr": "1\u202f234\u202f567,8",
    "cs": "1\u00a0234\u00a0567,8", "pl": "1\u00a0234\u00a0567,8", "ru": "1\u00a0234\u00a0567,8",
    "uk": "1\u00a0234\u00a0567,8",
    "hi": "12,34,567.8",
    "en": "1,234,567.8", "he": "1,234,567.8", "ja": "1,234,567.8", "ko": "1,234,567.8", "th": "1,234,567.8",
    "zh": "1,234,567.8", "zh-Hant": "1,234,567.8",
    "ar": "1,234,567.8", "fa": "1,234,567.8",
}  # fmt: skip
"""1234567.8 with European digits."""


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_numbers_have_the_marks_of_their_language(code: str) -> None:
    assert localised("1,234,567.8", code) == CLDR[code]
    assert canonical(CLDR[code], code) == "1,234,567.8"


@given(st.sampled_from(sorted(LANGUAGES)), st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_there_and_back_is_the_same_number(code: str, scaled: int, decimals: int) -> None:
    text = number(scaled / 10**decimals, decimals)
    there = localised(text, code)
    assert canonical(there, code) == text
    assert re.sub(r"\D", "", there) == re.sub(r"\D", "", text)


def test_only_numbers_of_a_sentence_change() -> None:
    said = "Values read: Jan 2,5; Q1 2015: 12,345.6, 0.05 and 7%. (12.5 − 3) / 3 × 100 ≈ 316.7. In 2024, 1234 km."
    assert localised(said, "en") == said
    assert localised("In 2015, 12,345.6 and 0.05 (12.5%). 1234, 56.", "de") == (
        "In 2015, 12.345,6 and 0,05 (12,5%). 1234, 56.")  # fmt: skip
    assert localised("12,345 km, 1,234,567.", "hi") == "12,345 km, 12,34,567."
    for said in ("12.5.2024", "1,234,56", "2.0.1"):
        assert localised(said, "de") == said
    assert localised("1234.5", "de") == "1234,5" and canonical("1234,5", "de") == "1234.5"


@pytest.mark.parametrize("code", ["de", "fr", "hi"])
def test_a_chart_prints_and_reads_the_numbers_of_its_language(code: str) -> None:
    decimal, marked, read = CLDR[code][-2], 0, 0
    for i in range(2 * len(TYPES)):
        chart = local_chart(random.Random(i), i, code)
        for panel in chart.panels:
            for value, text in (t for a in panel.axes if a.scale != "category" for t in a.ticks):
                assert _value(text, decimal) == pytest.approx(value, rel=1e-9, abs=1e-9)
            assert not any(re.search(r"\d[.,]\d", n) for a in panel.axes if a.scale == "category" for _, n in a.ticks)
            assert not any(re.search(r"\d[.,]\d", s.name) for s in panel.series)
        view = View(chart)
        reader = AsDrawn(chart, {})
        for track in view.tracks(0):
            for item in (t for t in track.items if t.point.label and track.type != "bubble"):
                read += 1
                marked += bool(re.search(r"\d\D\d", item.point.label or ""))
                n = reader.read(track, item, "y")
                assert n.value == pytest.approx(_value(item.point.label or "", decimal), rel=1e-9, abs=1e-9)
                assert abs(n.value - item.point.y) <= n.tolerance * (1 + 1e-9)
    assert marked > 20 and read > 20


def _value(text: str, decimal: str) -> float:
    """What a label says, read digit by digit: everything behind the language's decimal mark is a fraction."""
    whole, _, rest = text.rstrip("%").partition(decimal)
    digits = re.sub(r"[^\d-]", "", whole)
    return float(f"{digits}.{rest or 0}")


@pytest.mark.parametrize(
    ("code", "value", "said", "agree"),
    [("de", 39.2, "39,2", True), ("de", 39.2, "39.2 Mio. EUR", True), ("de", 12345.6, "12.345,6", True),
     ("de", 39.2, "392", False), ("de", 39.2, "39,3", False), ("fr", 12345.0, "12\u202f345 EUR", True),
     ("hi", 1234567.0, "12,34,567", True), ("hi", 1234567.0, "12,34,667", False), ("en", 12345.0, "12,345", True)],
)  # fmt: skip
def test_an_answer_in_the_form_of_the_picture_agrees(code: str, value: float, said: str, agree: bool) -> None:
    expected = Expected("number", "How much?", localised(f"{value:,}", code), value, language=code)
    assert agrees(expected, said) is agree
