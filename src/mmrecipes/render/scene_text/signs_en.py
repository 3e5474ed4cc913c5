"""English signs: shop names, street plates, menus, opening hours, warnings, posters, price tags, notices.

The words are in `signs_en.toml`; names of people come from the corpora. A line is (text, relative size, bold, end).
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from importlib import resources
from typing import Any, Literal

from mmrecipes.render.corpora.names import WORDS

Line = tuple[str, float, bool, str]
Lines = list[Line]
Rng = random.Random


def _read() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    file = resources.files("mmrecipes.render.scene_text") / "signs_en.toml"
    value: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    trades = {name: _split(text) for name, text in value.pop("trades").items()}
    return {name: _split(text) for name, text in value.items()}, trades


def _split(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split(";") if part.strip())


_WORDS, _TRADES = _read()
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def _any(name: str, rng: Rng) -> str:
    return rng.choice(_WORDS[name])


def _surname(rng: Rng) -> str:
    return rng.choice(WORDS["surnames"])


def _first(rng: Rng) -> str:
    return rng.choice(WORDS["first_names"])


def _main(text: str, size: float = 1.0) -> Line:
    return (text, size, True, "")


def _small(text: str, size: float, end: str = "") -> Line:
    return (text, size, False, end)


def _price(rng: Rng, low: float = 1.0, high: float = 18.0, sign: str = "") -> str:
    value = rng.choice([round(rng.uniform(low, high) * 20) / 20, int(rng.uniform(low, high)) + 0.99])
    return f"{sign}{value:.2f}"


def _money(rng: Rng, low: float = 1.0, high: float = 18.0) -> str:
    return _price(rng, low, high, rng.choice(["£", "$", "€"]))


def _phone(rng: Rng) -> str:
    return rng.choice(["0{} {}", "555 {}{}", "0{}-{}"]).format(rng.randint(120, 987), rng.randint(1000, 9999))


def _hour(rng: Rng) -> str:
    hour = rng.randint(7, 20)
    half = f"{(hour - 1) % 12 + 1} {'am' if hour < 12 else 'pm'}"
    return rng.choice([f"{hour}:{rng.choice(['00', '15', '30', '45'])}", half])


def shop_name(rng: Rng) -> tuple[str, str]:
    """A shop's name and its trade."""
    trade = rng.choice(tuple(_TRADES))
    a, b, first = _surname(rng), _surname(rng), _first(rng)
    adjective, emblem = _any("adjectives", rng), _any("emblems", rng)
    name = rng.choice([
        f"{a}'s {trade}", f"{a} & {b}", f"The {adjective} {emblem}", f"{_any('streets', rng)} {trade}", f"{a} & Sons",
        f"{first}'s", f"{emblem} & {_any('emblems', rng)}", f"{adjective} {trade}", f"{a} {trade}",
        f"Café {first}" if trade in ("Café", "Coffee") else f"{first} {a}",
    ])  # fmt: skip
    return name, trade


def _shop(rng: Rng) -> Lines:
    name, trade = shop_name(rng)
    if rng.random() < 0.5:
        return [_main(name)]
    second = rng.choice(_TRADES[trade]) if trade in name or rng.random() < 0.4 else trade
    return [_main(name), _small(second, rng.uniform(0.42, 0.6))]


def _valance(rng: Rng) -> Lines:
    name, trade = shop_name(rng)
    two = " • ".join(rng.choice(_TRADES[trade]).split(" & "))
    return [_main(rng.choice([name, trade, two, f"Est. {rng.randint(1870, 2019)}"]))]


def _hanging(rng: Rng) -> Lines:
    name, trade = shop_name(rng)
    words = name.split()
    if len(words) >= 3 and rng.random() < 0.7:
        return [_small(words[0], 0.6), _main(" ".join(words[1:]))]
    return [_main(name), _small(trade if trade not in name else f"Since {rng.randint(1880, 2021)}", 0.6)]


def _hours(rng: Rng) -> Lines:
    start, end = rng.randint(7, 10), rng.randint(16, 21)
    lines = [_main(rng.choice(["Opening Hours", "Open", "We Are Open", "Hours"]))]
    lines += [_small("Mon – Fri", 0.7, f"{start}:00 – {end}:00")]
    lines += [_small("Saturday", 0.7, f"{start + 1}:00 – {end - 2}:00")]
    if rng.random() < 0.7:
        lines.append(_small("Sunday", 0.7, rng.choice(["Closed", f"{start + 2}:00 – {end - 3}:00"])))
    return lines


def _offer(rng: Rng) -> Lines:
    goods, dish = _any("goods", rng), _any("dishes", rng)
    return rng.choice([
        [_main("SALE"), _small(f"Up to {rng.randrange(10, 75, 5)}% off", 0.45)],
        [_main("Special Offer", 0.7), _small(goods, 0.6), _main(_money(rng))],
        [_main("Now Hiring"), _small("Ask inside", 0.6)],
        [_main(f"{rng.randint(2, 4)} for {rng.randint(1, 2)}"), _small(f"on all {_any('sections', rng).lower()}", 0.5)],
        [_main("Lunch Deal", 0.8), _small("Soup & Sandwich", 0.55), _main(_money(rng, 4, 12))],
        [_main("New In"), _small(goods, 0.6)],
        [_main("Closing Down", 0.9), _small("Everything must go", 0.55)],
        [_main("Happy Hour"), _small(f"{rng.randint(3, 5)} – {rng.randint(6, 8)} pm", 0.7)],
        [_main("Welcome"), _small("Please come in", 0.55)],
        [_main("Today Only", 0.8), _small(dish, 0.7), _main(_money(rng, 2, 14))],
    ])  # fmt: skip


def _menu(rng: Rng) -> Lines:
    title = rng.choice(["Menu", "Today's Specials", "Lunch", "Kitchen", "Breakfast", "Drinks & Cakes", "Specials"])
    mark = rng.choice(["", "", "£", "$", "€"])
    dishes = rng.sample(_WORDS["dishes"], rng.randint(3, 5))
    return [_main(title), *(_small(dish, 0.58, _price(rng, 2, 16, mark)) for dish in dishes)]


def _poster(rng: Rng) -> Lines:
    date = f"{rng.choice(_LONG_DAYS)} {rng.randint(1, 28)} {rng.choice(_MONTHS)}"
    lines = [_main(word) for word in _any("events", rng).split()]
    lines += [_small(date, 0.42), _small(_any("venues", rng), 0.5)]
    last = rng.choice([f"Doors {_hour(rng)}", "Free entry", f"Tickets {_money(rng, 4, 30)}", f"from {_hour(rng)}", ""])
    return [*lines, _small(last, 0.42)] if last else lines


def street_name(rng: Rng) -> str:
    way = _any("ways", rng)
    return rng.choice([f"{_any('streets', rng)} {way}", f"{_surname(rng)} {way}", f"St {_first(rng)}'s {way}"])


def _street(rng: Rng) -> Lines:
    return [_main(street_name(rng))]


_PRACTICES = ("Solicitors", "Architects", "Dental Practice", "Accountants", "Notary", "Veterinary Surgeon", "Surveyors")


def _plate(rng: Rng) -> Lines:
    a = _surname(rng)
    who = f"{a} & {_surname(rng)}" if rng.random() < 0.5 else f"Dr {_first(rng)} {a}"
    last = rng.choice([f"Floor {rng.randint(1, 6)}", "Please ring", f"Tel. {_phone(rng)}"])
    return [_main(who), _small(rng.choice(_PRACTICES), 0.75), _small(last, 0.65)]


def _warning(rng: Rng) -> Lines:
    if rng.random() < 0.55:
        title = rng.choice(["CAUTION", "WARNING", "DANGER", "ATTENTION"])
        return [_main(title), *(_main(part, 0.75) for part in _halves(_any("dangers", rng)))]
    return [_main(part) for part in _halves(_any("orders", rng))]


def _halves(text: str) -> list[str]:
    """A phrase of three or more words on two lines of about equal length."""
    words = text.split()
    if len(words) < 3:
        return [text]
    cut = min(range(1, len(words)), key=lambda k: abs(len(" ".join(words[:k])) - len(" ".join(words[k:]))))
    return [" ".join(words[:cut]), " ".join(words[cut:])]


def _notice(rng: Rng) -> Lines:
    text = _any("notices", rng).format(
        name=_first(rng), phone=_phone(rng), month=rng.choice(_MONTHS), day=rng.choice(_LONG_DAYS), hour=_hour(rng),
        venue=_any("venues", rng).removeprefix("The "), price=_money(rng, 5, 90), event=_any("events", rng),
        number=rng.randint(2, 48),
    )  # fmt: skip
    if rng.random() < 0.45:
        title = rng.choice(["Notice", "Please note", "To all visitors", "Reminder", "Information"])
        return [_main(title, 1.25), _small(text, 1.0)]
    return [_small(text, 1.0)]


def _direction(rng: Rng) -> Lines:
    far = rng.choice([f"{rng.randrange(50, 950, 50)} m", f"{rng.uniform(0.5, 9):.1f} km", f"{rng.randint(1, 12)} km"])
    return [(_any("places", rng), 1.0, True, far if rng.random() < 0.55 else "")]


def _parking(rng: Rng) -> Lines:
    return rng.choice([
        [_main("Parking"), _small(f"{rng.randint(7, 9)} am – {rng.randint(5, 8)} pm", 0.6)],
        [_main("Bus Stop"), _small(_any("places", rng), 0.6)],
        [_main("Taxi"), _small(f"{rng.randint(2, 8)} cabs", 0.6)],
        [_main("No Parking"), _small(f"{rng.choice(_DAYS[:3])} – {rng.choice(_DAYS[3:])}", 0.7)],
        [_main("Loading Only"), _small(f"max {rng.choice([10, 15, 20, 30])} min", 0.7)],
    ])  # fmt: skip


def _billboard(rng: Rng) -> Lines:
    name, trade = shop_name(rng)
    last = rng.choice([f"Next left, {rng.randint(2, 9)} km", f"Call {_phone(rng)}", street_name(rng)])
    fresh = rng.choice(["Eggs", "Honey", "Cherries", "Strawberries", "Milk", "Apples", "Cheese"])
    date = f"{rng.randint(1, 28)} {rng.choice(_MONTHS)}"
    return rng.choice([
        [_main(name), _small(rng.choice(_TRADES[trade]), 0.5), _small(last, 0.5)],
        [_main(f"Fresh {fresh}"), _small(f"{rng.randrange(100, 900, 50)} m on the left", 0.5)],
        [_main(_any("events", rng)), _small(date, 0.55), _small(_any("venues", rng), 0.55)],
        [_main("For Sale"), _small(f"{rng.randint(2, 90)} acres", 0.6), _small(f"{_surname(rng)} Estates", 0.5)],
    ])  # fmt: skip


_ENDINGS = ("ford", "ham", "ton", "bury", "wick", "mouth", "dale", "field")


def _welcome(rng: Rng) -> Lines:
    town = _any("streets", rng) + rng.choice(_ENDINGS)
    last = rng.choice([f"Twinned with {_surname(rng)}stadt", "Please drive carefully",
                       f"Population {rng.randint(800, 48000):,}"])  # fmt: skip
    return [_small("Welcome to", 0.55), _main(town), _small(last, 0.45)]


def _room(rng: Rng) -> Lines:
    number = f"{rng.choice(['', '', 'A', 'B', 'C'])}{rng.randint(1, 4)}{rng.randint(0, 2)}{rng.randint(0, 9)}"
    return rng.choice([
        [_main(number), _small(_any("rooms", rng), 0.55)], [_main(_any("rooms", rng))], [_main(f"Room {number}")],
        [_main(f"{_first(rng)} {_surname(rng)}", 0.8), _small(f"Room {number}", 0.7)],
    ])  # fmt: skip


def _aisle(rng: Rng) -> Lines:
    section = _any("sections", rng)
    return [_main(rng.choice([section, f"{rng.randint(1, 24)} {section}"]))]


def _product(rng: Rng) -> Lines:
    emblem = _any("emblems", rng)
    brand = rng.choice([_surname(rng), emblem, f"{_any('adjectives', rng)} {emblem}"])
    lines = [_main(brand, 0.8), *(_small(word, 1.0) for word in _halves(_any("goods", rng)))]
    weight = f"{rng.choice([100, 200, 250, 400, 500, 750])} g"
    return [*lines, _small(weight, 0.7)] if rng.random() < 0.5 else lines


def _tag(rng: Rng) -> Lines:
    return [_main(_money(rng, 0.6, 20))]


def _reserved(rng: Rng) -> Lines:
    return rng.choice([
        [_main("Reserved"), _small(_hour(rng), 0.8)], [_main("Reserved")], [_main(f"Table {rng.randint(1, 30)}")],
        [_main("Please wait", 0.8), _small("to be seated", 0.7)],
    ])  # fmt: skip


def _whiteboard(rng: Rng) -> Lines:
    if rng.random() < 0.5:
        title = rng.choice(["To do", "This week", rng.choice(_LONG_DAYS), "Jobs"])
        items = [_completed(t, rng) for t in rng.sample(_WORDS["tasks"], rng.randint(3, 5))]
        numbered = rng.random() < 0.5
        marked = [f"{k}. {t}" if numbered else f"– {t}" for k, t in enumerate(items, 1)]
    else:
        title = _any("subjects", rng)
        marked = [f"• {_completed(p, rng)}" for p in rng.sample(_WORDS["points"], rng.randint(2, 4))]
    return [_main(title, 1.2), *(_small(text, 0.85) for text in marked)]


def _completed(text: str, rng: Rng) -> str:
    """Points that need a number or a time get one."""
    if text in ("book room", "finish chapter"):
        return f"{text} {rng.randint(2, 60)}"
    if text == "read pages":
        return f"{text} {rng.randint(2, 60)}–{rng.randint(61, 90)}"
    return f"{text} {_hour(rng)}" if text in ("interview at", "new deadline") else text


ROLES: dict[str, Callable[[Rng], Lines]] = {
    "shop": _shop, "valance": _valance, "hanging": _hanging, "hours": _hours, "offer": _offer, "menu": _menu,
    "poster": _poster, "street": _street, "plate": _plate, "warning": _warning, "notice": _notice,
    "direction": _direction, "parking": _parking, "billboard": _billboard, "welcome": _welcome, "room": _room,
    "aisle": _aisle, "product": _product, "price": _tag, "reserved": _reserved, "whiteboard": _whiteboard,
}  # fmt: skip
_MAYBE_RAGGED = frozenset({"notice", "poster", "plate", "room"})


def compose(role: str, rng: Rng) -> tuple[Lines, Literal["left", "centre"], bool]:
    """Lines, alignment, and whether lines may be wrapped."""
    lines = ROLES[role](rng)
    ragged = role == "whiteboard" or (role in _MAYBE_RAGGED and rng.random() < 0.4)
    return lines, "left" if ragged else "centre", role == "notice"
