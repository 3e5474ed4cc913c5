"""Claims about numbers: digits by language, words, fractions; `num2words` and `cn2an` write what is read back."""

from __future__ import annotations

from fractions import Fraction

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from mmrecipes.steps.answer_number_words import number_in_words
from mmrecipes.steps.answer_numbers import Number, number_of, ordinal_of

READ = {
    ("1,234.5", "en"): "1234.5", ("1.234,5", "de"): "1234.5", ("1.234,5", "en"): "1234.5", ("1,234.5", "de"): "1234.5",
    ("1.234", "en"): "1.234", ("1.234", "de"): "1234", ("1,234", "en"): "1234", ("1,234", "fr"): "1.234",
    ("1 234 567", "fr"): "1234567", ("1\u202f234,5", "fr"): "1234.5", ("1'234.50", "de"): "1234.5",
    ("12,34,567", "en"): "1234567", ("3.5", "de"): "3.5", ("1,5", "es"): "1.5", (".5", "en"): "0.5", ("-7", "en"): "-7",
    ("+7", "en"): "7", ("minus seven", "en"): "-7", ("负三", "zh"): "-3", ("25%", "en"): "0.25",
    ("12.5 percent", "en"): "0.125", ("百分之五十", "zh"): "0.5", ("3/4", "en"): "0.75", ("1 1/2", "en"): "1.5",
    ("-3/4", "en"): "-0.75", ("1.5e3", "en"): "1500", ("3 x 10^5", "en"): "300000", ("10^-3", "en"): "0.001",
    ("1.2 million", "en"): "1200000", ("12k", "en"): "12000", ("3.5万", "zh"): "35000", ("2亿", "zh"): "200000000",
    ("a dozen", "en"): "12", ("two dozen", "en"): "24", ("three quarters", "en"): "0.75", ("half", "en"): "0.5",
    ("one and a half", "en"): "1.5", ("three point one four", "en"): "3.14", ("a hundred", "en"): "100",
    ("nineteen hundred", "en"): "1900", ("四分之三", "zh"): "0.75", ("三点一四", "zh"): "3.14", ("二〇一九",
    "zh"): "2019",
    ("两百零五", "zh"): "205", ("一半", "zh"): "0.5", ("十", "zh"): "10",
}  # fmt: skip
REFUSED = (
    ("1,5", "en"), ("1,2,3", "en"), ("1,2345", "en"), ("12.34.56", "en"), ("1.", "en"), ("", "en"), ("a", "en"),
    ("and", "en"), ("twenty ten", "en"), ("twenty twenty", "en"), ("one zero", "en"), ("two three", "en"),
    ("thousand two thousand", "en"), ("zero hundred", "en"), ("二百五", "zh"), ("三万四", "zh"), ("百", "zh"),
    ("1/0", "en"), ("1e999", "en"), ("9" * 41, "en"), ("12 cm", "en"), ("about 12", "en"), ("third", "en"), ("²", "en"),
    ("٣", "ar"), ("1-2", "en"), ("50%%", "en"), ("0,123", "de1"), ("quarters", "en"),
)  # fmt: skip


@pytest.mark.parametrize(("written", "value"), READ.items())
def test_a_number_is_read_as_its_language_writes_it(written: tuple[str, str], value: str) -> None:
    found = number_of(*written)
    assert found is not None and found.value == Fraction(value)


@pytest.mark.parametrize(("text", "language"), REFUSED)
def test_what_is_no_number_or_might_be_two_is_not_read(text: str, language: str) -> None:
    assert number_of(text, language) is None


def test_a_number_knows_how_it_was_written() -> None:
    assert number_of("12.50") == Number(Fraction("12.5"), "decimal", 2)
    assert number_of("1/3") == Number(Fraction(1, 3), "fraction")
    assert number_of("12.5%") == Number(Fraction("0.125"), "percent", 3)


@given(st.integers(0, 10**9))
def test_english_words_are_read_back_as_num2words_writes_them(number: int) -> None:
    assert number_in_words(num2words(number).replace(",", "")) == number


@given(st.integers(1, 10**5))
def test_english_ordinals_are_read_back(number: int) -> None:
    assert ordinal_of(num2words(number, to="ordinal").replace(",", "")) == number
    assert ordinal_of(num2words(number, to="ordinal_num")) == number


@given(st.integers(0, 10**12 - 1))
def test_chinese_numerals_are_read_back_as_cn2an_writes_them(number: int) -> None:
    gap = number > 10**8 and number // 10**4 % 10**4 == 0 and number % 10**4 >= 1000
    assert number_in_words(cn2an.an2cn(number)) == (None if gap else number)  # 三亿一千: a thousand, or ten million


@given(
    st.integers(0, 10**9),
    st.integers(0, 999),
    st.sampled_from([("en", ",", "."), ("de", ".", ","), ("fr", "\u202f", ",")]),
)
def test_grouped_digits_are_read_back(whole: int, thousandths: int, style: tuple[str, str, str]) -> None:
    language, group, point = style
    text = f"{whole:,}".replace(",", group) + f"{point}{thousandths:03d}"
    if whole >= 1000 or group == "\u202f":
        found = number_of(text, language)
        assert found is not None and found.value == whole + Fraction(thousandths, 1000)


@given(st.text(max_size=30))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    number_of(text)
    ordinal_of(text)
    number_of(f"1{text}2")
