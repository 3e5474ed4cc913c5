"""What a writer's reply must be to be printed: its form, its length, its characters, and no fact that is not ours.

Covered: exactly the slots, each within its room; characters that the fonts of the language set, of its script, none
that is markup or invisible; the facts a slot must say; digits, numbers in English words, amounts, months, names (words
with a capital within a sentence, known first names, surnames, cities and countries) that are none of its facts; values
behind the name they belong to, days in order. Not covered: numbers in words of other languages (but runs of Chinese
numerals), names in German and in scripts without capitals beyond known cities, whether a sentence says of a fact what
is so.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, create_model

from mmrecipes.canvas.scripts import LANGUAGES, lacking, script_of
from mmrecipes.core.text import normalised, squeezed
from mmrecipes.models.call import Malformed, Reply
from mmrecipes.models.parsing import one_line, validated, whole
from mmrecipes.render.corpora.names import WORDS
from mmrecipes.render.corpora.texts import WITHOUT_BLANKS, texts
from mmrecipes.render.documents.slots import KICKER, Slot, fixed_lines, place_of, says
from mmrecipes.render.documents.tree import Document
from mmrecipes.render.typeset import unprintable
from mmrecipes.steps.languages import LANGUAGES as TOLD_APART
from mmrecipes.steps.languages import language_of

Fault = tuple[str, str]
"""A reason, as drops are counted by, and what the writer is told."""
_TOLD = 4
_JOINERS, _JOINING = "\u200c\u200d", ("Arab", "Deva")
"""Formatting characters, and the scripts that spell words with them; in others they hide within a word."""
_UNSEEN = re.compile("[\u034f\u115f\u1160\u3164\ufe00-\ufe0f\uffa0]")
"""What has no ink though it counts as a letter or mark: a joiner of graphemes, Hangul fillers, variation selectors."""
_MARKUP = re.compile(r"[#<>*_`$\\{}\[\]|~^@=]|&#?\w+;|https?:|//|\bwww\.")
_SIGNS = ("Sm", "Sk", "So")
"""Categories of characters that are no prose: signs of mathematics, accents without letters, pictures."""
_QUOTE = "\0"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_STARTS = re.compile(r"(?:\A|[.!?:;…])[\s\"“”„«»‘’(—–-]*\Z|[“„«\"(]\s*\Z")
_SPELT = (
    "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands "
    "million millions billion billions dozen dozens twice thrice double triple half halves percent"
)
_NUMBER_WORDS = frozenset(_SPELT.split())
_NUMERALS = re.compile("[零〇一二三四五六七八九十百千万萬亿億两兩]{2,}")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_COMMON = "Brook Crane Gill Grace Hale Lamb Marsh May March Moss Park Stone Winter Young"
_ALSO_WORDS = frozenset(_COMMON.split())
"""Names that begin English sentences as common words, too."""
_OWNED = (("top", "top value"), ("second", "second value"), ("low", "low value"))
"""Names of a study and the values that belong to them."""


def cased(language: str) -> bool:
    """Whether a capital within a sentence is a name's."""
    return LANGUAGES[language].script in ("Latn", "Grek", "Cyrl") and language != "de"


@functools.lru_cache(maxsize=64)
def reply_model(names: tuple[str, ...]) -> type[BaseModel]:
    """The form of a reply: a text for each slot and nothing else."""
    config = ConfigDict(frozen=True, extra="forbid", strict=True)
    fields: dict[str, tuple[type[str], object]] = dict.fromkeys(names, (str, ...))
    return create_model("Texts", __config__=config, **fields)  # type: ignore[call-overload, no-any-return]


def texts_of(reply: Reply, slots: Sequence[Slot], document: Document) -> dict[str, str]:
    """The texts of a reply by slot. Raises `Malformed` with the first fault's reason and the first few in words."""
    model = reply_model(tuple(s.name for s in slots))
    said = {name: squeezed(normalised(text)) for name, text in validated(whole(reply), model).model_dump().items()}
    printed = fixed_lines(document)
    faults = [(reason, f"{s.name} {why}") for s in slots for reason, why in _faults(said[s.name], s, document, printed)]
    faults = faults or list(_together(said, slots, document.language))
    if faults:
        raise Malformed(faults[0][0], one_line("; ".join(why for _, why in faults[:_TOLD]), 600))
    return {s.name: _as_printed(said[s.name], s) for s in slots}


def _as_printed(text: str, slot: Slot) -> str:
    """The text with its facts as they are printed, also where they hold blanks that do not break."""
    for quote in slot.quotes:
        text = text.replace(squeezed(quote.text), quote.text)
    return text


def _together(said: Mapping[str, str], slots: Sequence[Slot], language: str) -> Iterator[Fault]:
    """What is wrong with all texts together. Questions tell dishes and headings apart by what they say."""
    seen: dict[str, str] = {}
    for slot in slots:
        first = seen.setdefault(said[slot.name].casefold(), slot.name)
        if first != slot.name and slot.what != KICKER:
            yield "repeated_text", f"{slot.name} says the same as {first}"
    long = " ".join(text for text in said.values() if len(text) > 60)
    found, wanted = language_of(long), language.partition("-")[0]
    if len(long) > 200 and wanted in TOLD_APART and found not in ("", wanted):
        yield "wrong_language", f"the texts are not in {LANGUAGES[language].name}"


def _faults(text: str, slot: Slot, document: Document, printed: Sequence[str]) -> Iterator[Fault]:
    least, most = slot.room
    if not least <= len(text) <= most:
        yield "wrong_length", f"has {len(text)} characters, not {least} to {most}"
        return
    yield from _character_faults(text, document.language)
    must = [squeezed(fact) for fact in slot.must]
    left = masked(text, [squeezed(q.text) for q in slot.quotes] + must, document.language)
    if marks := _MARKUP.findall(left) + [c for c in left if unicodedata.category(c) in _SIGNS]:
        yield "markup", f"holds {_shown(marks)}"
    if missing := [fact for fact in must if not says(text, fact)]:
        yield "fact_missing", f"does not say {_shown(missing)}"
    yield from _number_faults(left, document.language)
    yield from _name_faults(left, slot, document.language, printed)
    yield from _order_faults(text, slot, document)


def _shown(things: Sequence[str]) -> str:
    return ", ".join(repr(t) for t in dict.fromkeys(things[:5]))


# --- characters


def _character_faults(text: str, language: str) -> Iterator[Fault]:
    script = LANGUAGES[language].script
    spelt_with = _JOINERS if script in _JOINING else ""
    if hidden := [c for c in text if unicodedata.category(c)[0] == "C" and c not in spelt_with] + _UNSEEN.findall(text):
        yield "control_characters", f"holds the character {_shown([f'U+{ord(c):04X}' for c in hidden])}"
        return
    own = {script, "Zyyy", *(("Hani",) if script in ("Jpan", "Hang") else ()), *(("Latn",) if script != "Latn" else ())}
    if foreign := [c for c in text if script_of(c) not in own]:
        yield "unsupported_script", f"holds letters of another script: {_shown(foreign)}"
    elif unset := (unprintable(text) if language == "en" else lacking([text], language)):
        yield "unsupported_characters", f"holds characters that no font here has: {_shown(unset)}"
    if language not in (*WITHOUT_BLANKS, "th") and any(len(w) > 40 for w in text.split()):
        yield "wrong_length", "holds a word that fits no line"


def masked(text: str, facts: Sequence[str], language: str) -> str:
    """A text with every fact that it quotes as one sign, the longest first."""
    dense = language in (*WITHOUT_BLANKS, "th")
    for fact in sorted({f for f in facts if f}, key=len, reverse=True):
        before = r"(?<![\d+\-−.,:/])" if fact[0].isdigit() else ""
        after = r"(?!\d|[.,:/]\d)" if fact[-1].isdigit() else ""
        if not dense:
            before, after = rf"(?<![^\W_]){before}", rf"{after}(?![^\W_])"
        text = re.sub(before + re.escape(fact) + after, _QUOTE, text)
    return text


# --- facts that are not ours


def _number_faults(left: str, language: str) -> Iterator[Fault]:
    if digits := re.findall(r"\S*\d\S*", left) or [c for c in left if unicodedata.category(c)[0] == "N"]:
        yield "number_not_in_facts", f"gives numbers that are none of its facts: {_shown(digits)}"
    words = [w.casefold() for w in _WORD.findall(left)]
    if language == "en" and (spelt := [w for w in words if not _NUMBER_WORDS.isdisjoint(w.split("-"))]):
        yield "number_not_in_facts", f"gives numbers in words: {_shown(spelt)}"
    if language in ("zh", "zh-Hant", "ja") and (spelt := _NUMERALS.findall(left)):
        yield "number_not_in_facts", f"gives numbers in words: {_shown(spelt)}"
    if signs := [c for c in left if unicodedata.category(c) == "Sc" or c in "%‰"]:
        yield "amount_not_in_facts", f"gives amounts that are none of its facts: {_shown(signs)}"
    t = texts(language)
    months = {m.casefold() for m in (*t.months, *t.months_in_date)} if language != "en" else set[str]()
    if dated := [w for w in words if w in months]:
        yield "date_not_in_facts", f"gives months that are none of its facts: {_shown(dated)}"


def _name_faults(left: str, slot: Slot, language: str, printed: Sequence[str]) -> Iterator[Fault]:
    known = [_WORD.findall(line) for line in (*(q.text for q in slot.quotes), *printed)]
    runs = _runs(left, language) if cased(language) else _listed(left, language)
    if unknown := [" ".join(run) for run in runs if not any(_within(run, line) for line in known)]:
        yield "name_not_in_facts", f"names what is none of its facts: {_shown(unknown)}"


def _runs(left: str, language: str) -> Iterator[list[str]]:
    """Words with a capital that follow each other, without one that begins a sentence unless it is a known name."""
    run, end, names = list[str](), -1, _names(language)
    for found in _WORD.finditer(left):
        word, first = found[0], _STARTS.search(left[: found.start()]) is not None
        capital = word[0].isupper() and (word in names if first else not _is_i(word, language))
        if run and (not capital or first or left[end : found.start()].strip()):
            yield run
            run = []
        if capital:
            run.append(word)
        end = found.end()
    if run:
        yield run


def _is_i(word: str, language: str) -> bool:
    return language == "en" and re.split("['’]", word)[0] == "I"


def _listed(left: str, language: str) -> Iterator[list[str]]:
    """Known cities in a text without telling capitals."""
    dense = language in (*WITHOUT_BLANKS, "th")
    words = set(_WORD.findall(left))
    for city in texts(language).cities:
        if (city in left) if dense and len(city) > 1 else set(city.split()) <= words:
            yield city.split()


@functools.cache
def _names(language: str) -> frozenset[str]:
    """Single words that are names when they begin a sentence; in Vietnamese each syllable is a word of its own."""
    if language == "vi":
        return frozenset()
    t = texts(language)
    lists = [t.given, t.family, t.cities]
    if language == "en":
        lists += [*(WORDS[k] for k in ("first_names", "surnames", "real_cities", "countries")), t.months, _WEEKDAYS]
    return frozenset(word for one in lists for name in one for word in name.split()) - _ALSO_WORDS


def _within(run: Sequence[str], line: Sequence[str]) -> bool:
    return any(line[k : k + len(run)] == run for k in range(len(line) - len(run) + 1))


def _order_faults(text: str, slot: Slot, document: Document) -> Iterator[Fault]:
    """Values away from their names (where one is within another: from the longer), days out of order."""
    by_name = {q.name: squeezed(q.text) for q in slot.quotes}
    names = {by_name[n]: by_name.get(v) for n, v in _OWNED if n in by_name}
    for value in filter(None, names.values()):
        for sentence in re.split(r"(?<=[.!?;])\s+", text):
            at = place_of(sentence, value)
            before = [n for n in names if n in sentence[: max(at, 0)]]
            nearest = max(before, key=lambda n: (sentence.rfind(n, 0, at) + len(n), len(n)), default=None)
            after = [n for n in names if at >= 0 and sentence.find(n, at) > at]
            nearest = nearest or min(after, key=lambda n: (sentence.find(n, at), -len(n)), default=None)
            if nearest is not None and names[nearest] != value:
                yield "fact_misplaced", f"gives {value!r} to {nearest!r}"
    days = [document.fact(n).text for n in document.chronology]
    places = [at for day in days if day and (at := place_of(text, day)) >= 0]
    if places != sorted(places):
        yield "fact_misplaced", "gives its days out of order"
