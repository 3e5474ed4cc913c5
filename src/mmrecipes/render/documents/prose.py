"""Prose by grammar: rules of a language, in files, expanded with the facts of a document.

A rule is a list of alternatives, one per line. Inside one, `{name}` is a fact (slot), another rule or an invented thing
(`{person}`, `{int 3 9}`), `{Name}` the same with a capital, `[a|b]` a choice, `$x$` a formula in the line, `a(n)`
the fitting article. Rules give their alternatives in turn, so that a document repeats no sentence before it must.
Covered: English (`en/*.toml`); another language is another folder. Not covered: agreement beyond what rules spell out.
"""

from __future__ import annotations

import functools
import random
import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from importlib import resources

from mmrecipes.core.text import one_stop
from mmrecipes.render.corpora.addresses import code, phone
from mmrecipes.render.corpora.names import KINDS, WORDS, entities
from mmrecipes.render.corpora.texts import texts
from mmrecipes.render.tables.printing import SYMBOLS, NumberForm

_SLOT = re.compile(r"\{([A-Za-z_][A-Za-z_0-9]*)((?: \d+)*)\}")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SENTENCE = re.compile(
    r"(?:\A|(?<!\bInc\. )(?<!\bCo\. )(?<!\bCorp\. )(?<!\bS\.A\. )(?<!\b[A-Z]\. )(?<=[.!?] )|(?<=[.!?]” )|(?<=\n))"
    r"([“(]?)([a-zà-ÿ])"
)
_ARTICLE = re.compile(r"\b([Aa])\(n\) (?=(\w))")
_RANGES = {
    "number": (12, 96),
    "small_number": (2, 9),
    "big_number": (120, 4800),
    "days": (10, 30),
    "percent_high": (71, 96),
    "hours": (12, 120),
}


@functools.cache
def rules(language: str) -> Mapping[str, tuple[str, ...]]:
    """All rules of a language; KeyError names a language nobody has written rules for."""
    folder = resources.files("mmrecipes.render.documents").joinpath(language)
    if not folder.is_dir():
        raise KeyError(f"no prose rules for language {language!r}")
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            for name, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
                found[name] = tuple(line.strip() for line in text.strip().split("\n"))
    return found


class Prose:
    """The sentences of one document. `slots` are its facts; what the rules invent is never the same person twice."""

    def __init__(self, language: str, rng: random.Random, currency: str, today: date, **slots: str) -> None:
        self.rng, self.today = rng, today
        self.rules, self.months = rules(language), texts(language).months
        self.slots: dict[str, str] = dict(slots)
        self._decks: dict[str, list[int]] = {}
        self._said: set[str] = set(slots.values())
        self.inserted: dict[str, str] = {}
        """Names, numbers and days that sentences were given, as printed, and what rules call them."""
        self.amounts = NumberForm(2, ",", "-", SYMBOLS[currency])

    def say(self, rule: str, **slots: str) -> str:
        """One alternative of a rule as text, sentences with capitals."""
        text = _SENTENCE.sub(lambda m: m[1] + m[2].upper(), self.phrase(rule, **slots))
        return one_stop(text)

    def phrase(self, rule: str, **slots: str) -> str:
        """One alternative of a rule as it stands."""
        text = self._expand(self.pick(rule), {**self.slots, **slots}, 0)
        text = _ARTICLE.sub(lambda m: f"{m[1]}{'n' if m[2].lower() in 'aeiou' else ''} ", text)
        return text.replace("\\(", "(").replace("\\)", ")")

    def parts(self, rule: str, **slots: str) -> list[str]:
        """One alternative of a rule that lists things between semicolons."""
        return self.phrase(rule, **slots).split(";")

    def pick(self, rule: str) -> str:
        """The next alternative of a rule as it is written: for rules that list keys."""
        lines = self.rules[rule]
        deck = self._decks.get(rule)
        if not deck:
            deck = list(range(len(lines)))
            self.rng.shuffle(deck)
            self._decks[rule] = deck
        return lines[deck.pop()]

    def _expand(self, text: str, slots: Mapping[str, str], depth: int) -> str:
        if depth > 12:
            raise RecursionError(f"a rule leads back to itself: {text!r}")
        while "[" in text:
            text = _CHOICE.sub(lambda m: self.rng.choice(m[1].split("|")), text, count=1)
        return _SLOT.sub(lambda m: self._fill(m[1], m[2], slots, depth), text)

    def _fill(self, name: str, arguments: str, slots: Mapping[str, str], depth: int) -> str:
        if name[0].isupper():
            found = self._fill(name.lower(), arguments, slots, depth)
            return found[:1].upper() + found[1:]
        if name in slots:
            return self._inserted(name, slots[name])
        if name == "int":
            low, high = map(int, arguments.split())
            return self._inserted("number", str(self.rng.randint(low, high)))
        if name in self.rules:
            return self._expand(self.pick(name), slots, depth + 1)
        return self._inserted(name, self.invented(name))

    def _inserted(self, name: str, text: str) -> str:
        self.inserted.setdefault(text, name)
        return text

    def invented(self, name: str) -> str:
        """A thing the rules may ask for that is no rule: names, numbers, days, amounts."""
        rng = self.rng
        if name in _RANGES:
            return f"{rng.randint(*_RANGES[name]):,}"
        if name in KINDS:
            return self._fresh(name)
        if name in ("amount", "small_amount"):
            return self.round_money(rng.randint(12, 480) * 100 if name == "amount" else rng.randint(4, 90) * 10)
        if name in _SMALL:
            return _SMALL[name](self)
        raise KeyError(f"no rule, fact or invented thing called {name!r}")

    def _fresh(self, kind: str) -> str:
        found = entities(kind, 1, self.rng)[0]
        for _ in range(20):
            if found not in self._said:
                break
            found = entities(kind, 1, self.rng)[0]
        self._said.add(found)
        return found

    def money(self, cents: int) -> str:
        """An amount as this document prints it, from the smallest unit of its currency."""
        return self.amounts.text(cents)

    def round_money(self, whole: int) -> str:
        """An amount without decimals, as running text prints it."""
        return NumberForm(0, ",", "-", self.amounts.prefix).text(whole)

    def day(self, day: date) -> str:
        """A day as running text prints it."""
        return self.slots.get("date_form", "{d} {m} {y}").format(d=day.day, m=self.months[day.month - 1], y=day.year)


_SMALL = {
    "month": lambda p: p.rng.choice(p.months),
    "weekday": lambda p: p.rng.choice(p.rules["weekdays"]),
    "surname": lambda p: p.rng.choice(WORDS["surnames"]),
    "initial": lambda p: p.rng.choice(WORDS["first_names"])[0],
    "place": lambda p: p._fresh("station").rsplit(" ", 1)[0],
    "subject": lambda p: p.rng.choice(WORDS["subjects"]).lower(),
    "year_then": lambda p: str(p.today.year - p.rng.randint(5, 30)),
    "year_next": lambda p: str(p.today.year + 1),
    "year_last": lambda p: str(p.today.year - 1),
    "earlier_date": lambda p: p.day(p.today - timedelta(days=p.rng.randint(6, 60))),
    "middle_date": lambda p: p.day(p.today + timedelta(days=p.rng.randint(8, 18))),
    "later_date": lambda p: p.day(p.today + timedelta(days=p.rng.randint(21, 90))),
    "hour_open": lambda p: f"{p.rng.randint(7, 10):02d}:{p.rng.choice(('00', '30'))}",
    "hour_close": lambda p: f"{p.rng.randint(16, 21):02d}:{p.rng.choice(('00', '30'))}",
    "street": lambda p: street(p),
    "phone": lambda p: phone(p.rng),
    "vote_yes": lambda p: str(p.rng.randint(17, 29)),
    "vote_no": lambda p: str(p.rng.randint(5, 16)),
    "ordinal": lambda p: p.rng.choice(p.rules["ordinals"]),
    "annex": lambda p: p.rng.choice("ABC"),
    "form_code": lambda p: code(p.rng),
}


def street(prose: Prose) -> str:
    """A street with a house number."""
    return f"{prose.rng.randint(1, 148)} {prose.say('street_names')}"
