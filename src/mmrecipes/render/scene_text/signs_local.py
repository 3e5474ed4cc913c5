"""Signs in the languages of `render.corpora.texts`: one grammar over their lists, which are parallel in all languages.

A line is (text, relative size, bold, end). Covered: the roles of English signs. Signs in other scripts than Latin are
sometimes bilingual, or hold a Latin word or number: mixed lines. Not covered: inflection, names of streets.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.render.corpora import texts as corpus
from mmrecipes.render.corpora.texts import Texts, texts

Line = tuple[str, float, bool, str]
Lines = list[Line]
Rng = random.Random

_OPEN, _PARKING, _SALE, _TICKETS, _WELCOME, _INFORMATION = 0, 13, 16, 17, 18, 23
_TRADES = (3, 4, 5, 6, 7, 9, 19, 20, 21, 22)
_GOALS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
_DOORS = (0, 1, 2, 12, 17, 23)
"""Numbers of entries in the lists `signs`."""
_LATIN = ("WiFi", "TAXI", "ATM", "VIP", "24 h", "No. 1", "CAFÉ", "DVD", "TV", "PIZZA", "GPS", "SIM")
MIXED = 0.14
"""Share of the signs of shops, directions and offers with a Latin word or a second line in English."""


def _main(text: str, size: float = 1.0) -> Line:
    return (text, size, True, "")


def _small(text: str, size: float, end: str = "") -> Line:
    return (text, size, False, end)


def _number(code: str, value: int, rng: Rng, decimals: int = 0) -> str:
    return corpus.number_text(code, value, decimals, native=rng.random() < 0.4, grouping=False)


def _money(code: str, rng: Rng) -> str:
    whole = code in ("ja", "ko", "vi")
    value = rng.randint(1, 90) * 100 if whole else rng.randint(2, 60) * 25
    return f"{_number(code, value, rng, 0 if whole else 2)} {texts(code).currency}"


def _hour(code: str, hour: int) -> str:
    return f"{hour}:00" if code not in ("ar", "fa", "hi") else corpus.in_digits(f"{hour}:00", texts(code).digits)


def _day(code: str, rng: Rng) -> str:
    return corpus.date_text(code, date(2026, 1, 1) + timedelta(days=rng.randrange(700)), rng.randrange(3))


def _foreign(lines: Lines, number: int, code: str, rng: Rng) -> Lines:
    """Now and then a second line that says the sign in English, or a Latin word in the first."""
    if LANGUAGES[code].script == "Latn" or rng.random() >= MIXED:
        return lines
    text, size, bold, end = lines[0]
    if rng.random() < 0.5:
        return [lines[0], _small(texts("en").signs[number].upper(), 0.45), *lines[1:]]
    return [(f"{text} {rng.choice(_LATIN)}", size, bold, end), *lines[1:]]


def _shop(t: Texts, code: str, rng: Rng) -> Lines:
    k = rng.choice(_TRADES)
    lines = rng.choice([
        [_main(t.signs[k])], [_main(t.signs[k]), _small(rng.choice(t.family), 0.5)],
        [_main(rng.choice(t.products)), _small(t.signs[_SALE], 0.5)],
        [_main(rng.choice(t.family)), _small(t.signs[k], 0.55)], [_main(t.signs[k]), _small(rng.choice(t.cities), 0.5)],
    ])  # fmt: skip
    return _foreign(lines, k, code, rng) if lines[0][0] == t.signs[k] else lines


def _short(t: Texts, code: str, rng: Rng) -> Lines:
    k = rng.choice(_TRADES)
    return [_main(rng.choice([t.signs[k], t.signs[k], rng.choice(t.products), rng.choice(t.family)]))]


def _hours(t: Texts, code: str, rng: Rng) -> Lines:
    start, end = rng.randint(7, 10), rng.randint(16, 21)
    if rng.random() < 0.5:
        return [_main(t.signs[_OPEN]), _small(f"{_hour(code, start)} – {_hour(code, end)}", 0.7)]
    parts = rng.sample(_GOALS, 2)
    return [_main(t.signs[_OPEN]), *(_small(t.signs[n], 0.6, f"{_hour(code, start + k)} – {_hour(code, end - k)}")
                                     for k, n in enumerate(parts))]  # fmt: skip


def _offer(t: Texts, code: str, rng: Rng) -> Lines:
    goods = rng.choice(t.products)
    return rng.choice([
        [_main(t.signs[_SALE]), _small(f"-{rng.randrange(10, 75, 5)}%", 0.7)],
        [_small(t.signs[_SALE], 0.6), _small(goods, 0.7), _main(_money(code, rng))],
        [_main(goods), _main(_money(code, rng), 0.8)],
        _foreign([_main(t.signs[_WELCOME])], _WELCOME, code, rng),
        [_main(t.signs[rng.choice((20, 21, 22))]), _small(_money(code, rng), 0.7)],
        [_main(t.signs[_TICKETS]), _small(_money(code, rng), 0.7)],
    ])  # fmt: skip


def _menu(t: Texts, code: str, rng: Rng) -> Lines:
    goods = rng.sample(t.products, rng.randint(3, 4))
    title = rng.choice([t.titles[1], t.signs[_SALE]])
    return [_main(title), *(_small(item, 0.6, _money(code, rng)) for item in goods)]


def _poster(t: Texts, code: str, rng: Rng) -> Lines:
    head = rng.choice([rng.choice(t.subjects_taught), t.signs[11], t.signs[9], t.signs[_SALE], rng.choice(t.products)])
    lines = [_main(head), _small(_day(code, rng), 0.42), _small(rng.choice(t.cities), 0.5)]
    return [*lines, _small(f"{t.signs[_TICKETS]} {_money(code, rng)}", 0.4)] if rng.random() < 0.4 else lines


def _street(t: Texts, code: str, rng: Rng) -> Lines:
    return [_main(rng.choice([f"{rng.choice(t.cities)} {rng.randint(1, 99)}", t.signs[rng.choice(_GOALS)]]))]


def _plate(t: Texts, code: str, rng: Rng) -> Lines:
    return [_main(corpus.name(code, rng)), _small(rng.choice(t.departments), 0.75),
            _small(f"0{rng.randint(120, 987)} {rng.randint(1000, 9999)}", 0.65)]  # fmt: skip


def _warning(t: Texts, code: str, rng: Rng) -> Lines:
    k = rng.choice(_DOORS)
    return _foreign([_main(t.signs[k])], k, code, rng) if rng.random() < 0.6 else [
        _main(t.signs[k]), _small(rng.choice(t.status), 0.7)]  # fmt: skip


def _notice(t: Texts, code: str, rng: Rng) -> Lines:
    text = corpus.paragraph(code, rng.choice([1, 1, 2]), rng)
    title = t.signs[_INFORMATION]
    return [_main(title, 1.25), _small(text, 1.0)] if rng.random() < 0.45 else [_small(text, 1.0)]


def _direction(t: Texts, code: str, rng: Rng) -> Lines:
    if rng.random() < 0.5:
        k = rng.choice(_GOALS)
        line = (t.signs[k], 1.0, True, f"{rng.randrange(50, 950, 50)} m" if rng.random() < 0.5 else "")
        return _foreign([line], k, code, rng)
    return [(rng.choice(t.cities), 1.0, True, f"{rng.randint(1, 90)} km" if rng.random() < 0.6 else "")]


def _parking(t: Texts, code: str, rng: Rng) -> Lines:
    when = f"{_hour(code, rng.randint(7, 9))} – {_hour(code, rng.randint(17, 20))}"
    place = t.signs[rng.choice(_GOALS)]
    return rng.choice([
        [_main(t.signs[_PARKING]), _small(when, 0.6)], [_main(t.signs[_PARKING]), _small(place, 0.6)],
        [_main("P"), _small(when, 0.6)], [_main("TAXI"), _small(place, 0.6)],
    ])  # fmt: skip


def _billboard(t: Texts, code: str, rng: Rng) -> Lines:
    k = rng.choice(_TRADES)
    where = f"{rng.choice(t.cities)} {rng.randint(2, 40)} km"
    return rng.choice([
        [_main(t.signs[k]), _small(where, 0.5)], [_main(rng.choice(t.products)), _small(_money(code, rng), 0.6)],
        [_main(t.signs[_SALE]), _small(rng.choice(t.products), 0.6), _small(where, 0.5)],
    ])  # fmt: skip


def _welcome(t: Texts, code: str, rng: Rng) -> Lines:
    return [_small(t.signs[_WELCOME], 0.6), _main(rng.choice(t.cities))]


def _room(t: Texts, code: str, rng: Rng) -> Lines:
    number = f"{rng.choice(['', '', 'A', 'B', 'C'])}{rng.randint(1, 4)}{rng.randint(0, 2)}{rng.randint(0, 9)}"
    return rng.choice([
        [_main(number), _small(rng.choice(t.departments), 0.55)], [_main(t.signs[rng.choice(_DOORS)])],
        [_main(corpus.name(code, rng), 0.8), _small(number, 0.7)], [_main(rng.choice(t.subjects_taught))],
    ])  # fmt: skip


def _aisle(t: Texts, code: str, rng: Rng) -> Lines:
    return [_main(rng.choice([f"{rng.randint(1, 24)} ", ""]) + rng.choice(t.products))]


def _product(t: Texts, code: str, rng: Rng) -> Lines:
    lines = [_main(rng.choice(t.family), 0.8), _small(rng.choice(t.products), 1.0)]
    return [*lines, _small(f"{rng.choice([2, 4, 6, 8, 10, 12])} kg", 0.7)] if rng.random() < 0.3 else lines


def _price(t: Texts, code: str, rng: Rng) -> Lines:
    whole = code in ("ja", "ko", "vi")
    return [
        _main(_number(code, rng.randint(1, 99) * 10 if whole else rng.randint(12, 400) * 5, rng, 0 if whole else 2))
    ]


def _reserved(t: Texts, code: str, rng: Rng) -> Lines:
    return [_main(rng.choice([rng.choice(t.family), t.signs[_OPEN], t.signs[_TICKETS], rng.choice(t.status)])),
            _small(_hour(code, rng.randint(10, 20)), 0.8)]  # fmt: skip


def _whiteboard(t: Texts, code: str, rng: Rng) -> Lines:
    title = rng.choice([rng.choice(t.subjects_taught), rng.choice(t.months), rng.choice(t.departments)])
    items = rng.sample([*t.predicates, *t.metrics, *t.products], rng.randint(2, 4))
    numbered = rng.random() < 0.5
    return [_main(title, 1.2), *(_small(f"{k}. {i}" if numbered else f"• {i}", 0.85) for k, i in enumerate(items, 1))]


ROLES: dict[str, Callable[[Texts, str, Rng], Lines]] = {
    "shop": _shop, "valance": _short, "hanging": _short, "hours": _hours, "offer": _offer, "menu": _menu,
    "poster": _poster, "street": _street, "plate": _plate, "warning": _warning, "notice": _notice,
    "direction": _direction, "parking": _parking, "billboard": _billboard, "welcome": _welcome, "room": _room,
    "aisle": _aisle, "product": _product, "price": _price, "reserved": _reserved, "whiteboard": _whiteboard,
}  # fmt: skip


def compose(role: str, language: str, rng: Rng) -> tuple[Lines, Literal["left", "centre"], bool]:
    """Lines, alignment, and whether lines may be wrapped."""
    made = ROLES[role](texts(language), language, rng)
    lines = [(" ".join(text.split()), size, bold, " ".join(end.split())) for text, size, bold, end in made]
    ragged = role == "whiteboard" or (role == "notice" and rng.random() < 0.4)
    return lines, "left" if ragged else "centre", role == "notice"
