"""Chinese and Japanese documents whose lines run downwards: pages of a novel, public notices, letters.

Covered: invented names, places, numbers and days put into frames of `vertical.toml`; dates in ideographic numerals or
in digits. Not covered: prose that tells one story (its sentences stand beside each other), tables, newspapers.
"""

from __future__ import annotations

import functools
import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources

from mmrecipes.render.documents.kinds.local import LocalDesk
from mmrecipes.render.documents.tree import Block, Document, FigureBlock, Furniture, Heading, Paragraph, say

_DIGITS = "〇一二三四五六七八九"


@functools.cache
def frames(language: str) -> Mapping[str, str]:
    """The frames of a language, several to a key between bars."""
    file = resources.files("mmrecipes.render.documents").joinpath("vertical.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))[language]


def ideographic(number: int) -> str:
    """1..99 as it is said: 十五, 二十, 三十一."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + "十" * (tens > 0) + (_DIGITS[ones] if ones else "")


def ideographic_date(day: date) -> str:
    """二〇二四年三月十五日."""
    year = "".join(_DIGITS[int(c)] for c in str(day.year))
    return f"{year}年{ideographic(day.month)}月{ideographic(day.day)}日"


class Scribe(LocalDesk):
    """Collects one vertical document; all its dates are written in one way."""

    def __init__(self, kind: str, language: str, complexity: int, rng: random.Random) -> None:
        super().__init__(kind, language, complexity, rng)
        self.frames = frames(language)
        self.in_digits = rng.random() < 0.4

    def written_day(self, day: date) -> str:
        return f"{day.year}年{day.month}月{day.day}日" if self.in_digits else ideographic_date(day)

    def dated(self, key: str, day: date) -> str:
        return self.fact(key, self.written_day(day), "date", day)

    def any_frame(self, key: str) -> str:
        return self.filled(self.rng.choice(self.frames[key].split("|")))

    def several(self, key: str, count: int) -> list[str]:
        """Frames filled, none twice before all were used."""
        every = self.frames[key].split("|")
        found: list[str] = []
        while len(found) < count:
            found += self.rng.sample(every, min(len(every), count - len(found)))
        return [self.filled(frame) for frame in found]

    def filled(self, frame: str) -> str:
        rng, t = self.rng, self.texts
        family = rng.choice(t.family)
        given = t.person.format(given=rng.choice(t.given), family=family)
        return frame.format(
            name=family + self.frames["polite"] if self.language == "ja" else given,
            family=family, city=rng.choice(t.cities), book=self._title(), n=rng.randint(12, 59), m=rng.randint(2, 9),
            d=rng.randint(10, 28), k=rng.randint(7, 15), w=rng.choice((10, 15, 20, 30, 40, 50)), h=rng.randint(7, 11),
            y=rng.randint(1950, 2024), dept=rng.choice(t.departments),
            thing=rng.choice(t.products),
        )  # fmt: skip

    def _title(self) -> str:
        return self.rng.choice(self.frames["titles"].split("|"))

    def vertical(self, blocks: Sequence[Block], furniture: Sequence[Furniture] = (), tiers: int = 1) -> Document:
        return replace(self.document(blocks, furniture, columns=tiers), vertical=True)


def novel(desk: Scribe) -> Document:
    """Pages of a book: title and author, chapters, paragraphs, perhaps a picture."""
    rng = desk.rng
    title = desk.fact("title", desk._title())
    author = desk.fact("author", desk.person(), "name")
    blocks: list[Block] = [Heading(say(title), 0), Paragraph(say(author), "byline")]
    chapters = 1 + (desk.complexity > 1) + (desk.complexity > 3)
    names = rng.sample(desk.frames["chapters"].split("|"), chapters)
    told = desk.several("story", chapters * (6 + 4 * desk.complexity))
    each = len(told) // chapters
    picture = rng.randrange(chapters) if desk.complexity > 2 else -1
    for n, name in enumerate(names, 1):
        blocks.append(Heading(say(f"{desk.frames['chapter'].format(n=ideographic(n))}\u3000{name}"), 1))
        rest = told[(n - 1) * each : n * each]
        while rest:
            count = rng.randint(1, 3)
            blocks.append(Paragraph(say("".join(rest[:count]))))
            rest = rest[count:]
            if n - 1 == picture and rest:
                blocks.append(FigureBlock("photo", rng.randrange(2**31), rng.uniform(1.1, 1.6), rng.uniform(0.6, 0.95)))
                picture = -1
    furniture = [Furniture("page_number", "{page}", rng.choice(("centre", "left")))]
    if rng.random() < 0.5:
        furniture.append(Furniture("header", title, "left", first_page=False))
    return desk.vertical(blocks, furniture, rng.choice((1, 1, 2)))


def notice(desk: Scribe) -> Document:
    """A notice on a board: heading, what is to happen, when and where, in numbered lines; date and issuer."""
    rng = desk.rng
    day = desk.today + timedelta(rng.randint(5, 30))
    issuer, event = desk.any_frame("issuers"), desk.any_frame("events")
    title = desk.fact("title", f"{event}{desk.frames['notice']}")
    when = f"{desk.written_day(day)}（{desk.frames['weekdays'].split('|')[day.weekday()]}）"
    told = desk.any_frame("announce").replace("<day>", when).replace("<event>", event)
    blocks: list[Block] = [Heading(say(title), 0, role="notice"), Paragraph(say(told))]
    for n, item in enumerate(desk.several("rules", 2 + desk.complexity), 1):
        blocks.append(Paragraph(say(f"{ideographic(n)}、{item}"), "numbered"))
    blocks.append(Paragraph(say(desk.frames["herewith"])))
    blocks.append(Paragraph(say(desk.dated("notice_date", desk.today)), "date"))
    blocks.append(Paragraph(say(desk.fact("notice_issuer", issuer, "name")), "signatory"))
    return desk.vertical(blocks)


def letter(desk: Scribe) -> Document:
    """A letter on paper with rules: salutation, paragraphs, closing; date, sender and, in Japanese, the recipient at
    the end."""
    rng, told = desk.rng, desk.frames
    to = desk.fact("recipient", desk.person(), "name")
    blocks: list[Block] = []
    if desk.language != "ja":
        blocks.append(Paragraph(say(told["dear"].format(name=to)), "salutation"))
    else:
        blocks.append(Paragraph(say(told["dear"]), "salutation"))
    lines = desk.several("letter", 3 + 2 * desk.complexity)
    while lines:
        count = rng.randint(2, 3)
        blocks.append(Paragraph(say("".join(lines[:count]))))
        lines = lines[count:]
    blocks.append(Paragraph(say(told["closing"]), "goodbye"))
    sender = desk.person()
    written = Paragraph(say(desk.dated("letter_date", desk.today)), "date")
    signed = Paragraph(say(desk.fact("sender", sender, "name")), "signatory")
    if desk.language != "ja":
        return desk.vertical([*blocks, signed, written])
    return desk.vertical([*blocks, written, signed, Paragraph(say(f"{to}{told['honoured']}"), "address")])


MAKERS: Mapping[str, Callable[[Scribe], Document]] = {"novel": novel, "notice": notice, "letter": letter}
SHARES: Mapping[str, Mapping[str, float]] = {
    "zh": {"letter": 0.25, "novel": 1.0, "notice": 1.0},
    "zh-Hant": {"letter": 0.5, "novel": 1.0, "notice": 1.0},
    "ja": {"letter": 0.5, "novel": 1.0, "notice": 1.0},
}
"""How many documents of a kind are vertical, by language; the other languages have none."""
