"""Words, names, sentences, dates and numbers in the languages of `canvas.scripts.LANGUAGES`.

Covered: one data file per language (`languages/*.toml`); sentences composed of parts that fit whatever they are
combined with (one subject, predicate and adverbial, in the language's own order, without agreement between them);
dates, quarters and numbers in the language's form, in its own digits where asked. Not covered: inflected names,
long prose, calendars other than the Gregorian. Names of people are common ones combined by chance.
"""

from __future__ import annotations

import functools
import random
import tomllib
import unicodedata
from dataclasses import dataclass, fields
from datetime import date
from importlib import resources
from typing import Any

from mmrecipes.canvas.scripts import language as known_language

Rng = random.Random
_COUNTS = {
    "months": 12, "subjects": 6, "predicates": 8, "adverbials": 7, "signs": 24, "labels": 6, "titles": 6,
    "metrics": 14, "units": 5, "attributes": 7, "status": 4, "category": 3, "yes_no": 2, "groups": 4, "pairs": 4,
    "bands": 4, "totals": 2, "computed": 4, "heads": 2, "blanket": 3, "notes": 5, "products": 22, "departments": 12,
    "subjects_taught": 12,
}  # fmt: skip
"""Lists whose entries stand in a fixed order, the same in every language."""
WITHOUT_BLANKS = frozenset({"zh", "zh-Hant", "ja"})
"""Languages that put no blanks between words, sentences and terms."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language; what each list names, in its order, is said in `languages/en.toml`."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    person: str
    cities: tuple[str, ...]
    months: tuple[str, ...]
    dates: tuple[str, ...]
    quarter: str
    decimal: str
    group: str
    currency: str
    thousand: str
    million: str
    stop: str
    sentence: str
    subjects: tuple[str, ...]
    predicates: tuple[str, ...]
    adverbials: tuple[str, ...]
    signs: tuple[str, ...]
    labels: tuple[str, ...]
    titles: tuple[str, ...]
    metrics: tuple[str, ...]
    units: tuple[str, ...]
    attributes: tuple[str, ...]
    status: tuple[str, ...]
    category: tuple[str, ...]
    yes_no: tuple[str, ...]
    groups: tuple[str, ...]
    pairs: tuple[str, ...]
    bands: tuple[str, ...]
    totals: tuple[str, ...]
    computed: tuple[str, ...]
    heads: tuple[str, ...]
    see_row: str
    caption: str
    blanket: tuple[str, ...]
    notes: tuple[str, ...]
    products: tuple[str, ...]
    departments: tuple[str, ...]
    subjects_taught: tuple[str, ...]
    months_in_date: tuple[str, ...] = ()
    month_year: str = "{month} {y}"
    brackets: str = " ()"
    """What stands before a unit, and around it: ` ()` or the full-width `（）`."""
    digits: str = "0123456789"
    native_decimal: str = ""
    native_group: str = ""
    indian: bool = False
    """Whether groups above the last three digits have two (1,23,456)."""

    def bracketed(self, name: str, unit: str) -> str:
        """`Weight (kg)`; the name alone without a unit."""
        gap, left, right = self.brackets if len(self.brackets) == 3 else ("", *self.brackets)
        return f"{name}{gap}{left}{unit}{right}" if unit else name


@functools.cache
def texts(language: str) -> Texts:
    """The words of a language of `LANGUAGES`. Raises `FontError` for an unknown one."""
    code = known_language(language).code
    source = resources.files("mmrecipes.render.corpora").joinpath(f"languages/{code}.toml").read_text(encoding="utf-8")
    entry = tomllib.loads(source)
    single = {f.name for f in fields(Texts) if f.type in ("str", "bool")}
    found: dict[str, Any] = {key: value if key in single else tuple(value.split("|")) for key, value in entry.items()}
    for key, count in _COUNTS.items():
        if len(found[key]) != count or len(set(found[key])) != count:
            raise ValueError(f"languages/{code}.toml: {key} has {len(found[key])} entries, not {count} different ones")
    return Texts(**found)


@functools.cache
def words(language: str) -> tuple[str, ...]:
    """Single words (short terms in Chinese, Japanese and Thai) that stand in the language's lists, without repeats."""
    t = texts(language)
    lists = (t.signs, t.products, t.departments, t.subjects_taught, t.cities, t.labels, t.metrics, t.titles, t.groups)
    found = (word.strip("()、") for entries in lists for entry in entries for word in entry.split())
    return tuple(dict.fromkeys(word for word in found if len(word) > 1))


def sign(language: str, rng: Rng) -> str:
    """What a sign on a door, a shop or a street says: one to three words."""
    return rng.choice(texts(language).signs)


def name(language: str, rng: Rng) -> str:
    """A person's name in the order and spacing of the language."""
    t = texts(language)
    return t.person.format(given=rng.choice(t.given), family=rng.choice(t.family))


def place(language: str, rng: Rng) -> str:
    """A city."""
    return rng.choice(texts(language).cities)


def sentence(language: str, rng: Rng) -> str:
    """A grammatical sentence in the present tense with its full stop (Thai has none)."""
    t = texts(language)
    said = t.sentence.format(s=rng.choice(t.subjects), p=rng.choice(t.predicates), a=rng.choice(t.adverbials))
    return said + t.stop


def paragraph(language: str, count: int, rng: Rng) -> str:
    """`count` sentences; with blanks between them except in Chinese and Japanese. Neighbours differ."""
    found: list[str] = []
    while len(found) < count:
        new = sentence(language, rng)
        if not found or new != found[-1]:
            found.append(new)
    return ("" if language in WITHOUT_BLANKS else " ").join(found)


def date_text(language: str, day: date, form: int = 0) -> str:
    """A date in one of the language's forms (`form` counts them, modulo their number), in European digits."""
    t = texts(language)
    pattern = t.dates[form % len(t.dates)]
    month = (t.months_in_date or t.months)[day.month - 1]
    return pattern.format(d=day.day, dd=f"{day.day:02d}", m=day.month, mm=f"{day.month:02d}", month=month, y=day.year)


def period_text(language: str, year: int, *, quarter: int = 0, month: int = 0) -> str:
    """A year, a quarter (1-4) of it or a month (1-12) of it."""
    t = texts(language)
    if quarter:
        return t.quarter.format(q=quarter, y=year)
    return t.month_year.format(month=t.months[month - 1], y=year) if month else str(year)


def number_text(language: str, scaled: int, decimals: int = 0, *, native: bool = False, grouping: bool = True) -> str:
    """scaled / 10**decimals with the language's separators; `native`: in its own digits, where it has any.

    Negative numbers get a hyphen-minus in front.
    """
    t = texts(language)
    whole, rest = divmod(abs(scaled), 10**decimals)
    own = native and t.digits != "0123456789"
    group = (t.native_group if own else t.group).replace(" ", "\u00a0")
    digits = _grouped(str(whole), t.indian) if grouping else [str(whole)]
    text = group.join(digits)
    if decimals:
        text += (t.native_decimal if own else t.decimal) + f"{rest:0{decimals}d}"
    return ("-" if scaled < 0 else "") + (in_digits(text, t.digits) if own else text)


def _grouped(digits: str, indian: bool) -> list[str]:
    head, out = digits[:-3], [digits[-3:]]
    step = 2 if indian else 3
    while head:
        head, part = head[:-step], head[-step:]
        out.insert(0, part)
    return out


def capitals(text: str, language: str) -> str:
    """The text in capitals as the language writes them: Turkish keeps its dots, Greek drops its accents."""
    if language == "tr":
        return text.replace("i", "İ").replace("ı", "I").upper()
    if language == "el":
        return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text.upper()).replace("\u0301", ""))
    return text.upper()


def small_letters(text: str, language: str) -> str:
    """The text in small letters as the language writes them: Turkish keeps its dots."""
    if language == "tr":
        return text.replace("İ", "i").replace("I", "ı").lower()
    return text.lower()


def in_digits(text: str, digits: str) -> str:
    """The text with 0-9 written in these ten digits."""
    return text.translate(str.maketrans("0123456789", digits))
