"""Invented but plausible names of people, firms, places and things, composed by small grammars.

Covered: `KINDS`, distinct draws, English with Latin-1 accents (every bundled font draws them). Not covered: other
languages, names of real people or firms; countries and some cities are real, every figure about them is made up.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Mapping
from importlib import resources

Rng = random.Random


def _words() -> Mapping[str, tuple[str, ...]]:
    source = resources.files("mmrecipes.render.corpora").joinpath("words.toml").read_text(encoding="utf-8")
    lists = tomllib.loads(source)
    return {name: tuple(w.strip() for w in text.replace("\n", " ").split(",")) for name, text in lists.items()}


WORDS = _words()


def _place(rng: Rng) -> str:
    stem = rng.choice(WORDS["place_stems"])
    end = rng.choice(WORDS["place_endings"])
    while end[0] == stem[-1] or end in stem.lower():
        end = rng.choice(WORDS["place_endings"])
    return stem + end


def _city(rng: Rng) -> str:
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(WORDS["real_cities"])
    return _place(rng) if kind < 0.85 else f"{rng.choice(WORDS['place_prefixes'])} {_place(rng)}"


def _region(rng: Rng) -> str:
    form = rng.choice(
        ("{} County", "{} Valley", "{} District", "{}shire", "North {}", "South {}", "{} Coast", "{} Hills")
    )
    stem = rng.choice(WORDS["place_stems"]) if form == "{}shire" else _place(rng)
    return form.format(stem)


def _company(rng: Rng) -> str:
    stem = rng.choice(WORDS["company_stems"])
    trade = f" {rng.choice(WORDS['company_trades'])}" if rng.random() < 0.6 else ""
    return f"{stem}{trade} {rng.choice(WORDS['company_forms'])}" if rng.random() < 0.6 or not trade else stem + trade


def _product(rng: Rng) -> str:
    model = rng.choice(WORDS["product_models"])
    return f"{rng.choice(WORDS['product_lines'])} {model or rng.choice('ABCDEFGH') + str(rng.randint(1, 9))}"


def _item(rng: Rng) -> str:
    return f"{rng.choice(WORDS['item_qualities'])} {rng.choice(WORDS['item_things'])}"


def _department(rng: Rng) -> str:
    name = rng.choice(WORDS["departments"])
    return name if rng.random() < 0.7 else f"{name}, {rng.choice(('North', 'South', 'East', 'West', 'Central'))}"


def _course(rng: Rng) -> str:
    form = rng.choice(("{}", "{}", "Advanced {}", "Applied {}", "Topics in {}", "{} I", "{} II"))
    return form.format(rng.choice(WORDS["subjects"]))


def _university(rng: Rng) -> str:
    form = rng.choice(("University of {}", "{} University", "{} College", "{} Institute", "{} Polytechnic"))
    return form.format(_place(rng))


def _hospital(rng: Rng) -> str:
    form = rng.choice(("{} General", "{} Infirmary", "{} Clinic", "{} Medical Centre", "{} Children's Hospital"))
    return form.format(_place(rng))


def _school(rng: Rng) -> str:
    return f"{_place(rng)} {rng.choice(('Primary', 'Academy', 'High School', 'Grammar', 'Lower School'))}"


def _station(rng: Rng) -> str:
    form = rng.choice(("{} Hill", "{} Weir", "{} Lock", "{} Bay", "{} Ridge", "{} Moor", "{} Road", "{} Park"))
    return form.format(_place(rng))


def _species(rng: Rng) -> str:
    return f"{rng.choice(WORDS['species_marks'])} {rng.choice(WORDS['species_kinds'])}"


def _material(rng: Rng) -> str:
    base = rng.choice(WORDS["material_bases"])
    return base if rng.random() < 0.25 else f"{base} {rng.choice('ABCDEFKMRST')}{rng.randint(1, 40) * 10}"


def _machine(rng: Rng) -> str:
    name = rng.choice(WORDS["machines"])
    return f"{name} {name[0]}-{rng.randint(1, 9)}{rng.randint(1, 30):02d}"


def _model(rng: Rng) -> str:
    return f"{rng.choice(WORDS['model_stems'])}{rng.choice(WORDS['model_traits'])}-{rng.choice(WORDS['model_sizes'])}"


def _drug(rng: Rng) -> str:
    name = (rng.choice(WORDS["drug_starts"]) + rng.choice(WORDS["drug_endings"])).capitalize()
    return f"{name} {rng.choice(WORDS['doses'])}" if rng.random() < 0.5 else name


def _crop(rng: Rng) -> str:
    name = rng.choice(WORDS["crops"])
    return name if rng.random() < 0.4 else f"{name}, {rng.choice(WORDS['crop_kinds'])}"


def _work(rng: Rng) -> str:
    form = rng.choice(("The {a} {n}", "{a} {n}", "The {n} of {p}", "{n} and {m}", "The {n}'s {m}", "A {a} {n}"))
    a, n, m = rng.choice(WORDS["title_adjectives"]), *rng.sample(WORDS["title_nouns"], 2)
    if form.startswith("A ") and a[0] in "AEIOU":
        form = "The {a} {n}"
    return form.format(a=a, n=n, m=m, p=_place(rng))


def _team(rng: Rng) -> str:
    home = rng.choice((_place(rng), _place(rng), rng.choice(WORDS["real_cities"])))
    return f"{home} {rng.choice(WORDS['team_endings'])}"


def _line(rng: Rng) -> str:
    a, b = _place(rng), _place(rng)
    return f"{a} – {b}" if a != b else a


def _qualified(things: tuple[str, ...], forms: tuple[str, ...], share: float) -> Callable[[Rng], str]:
    """One of the things, or (with probability `share`) one of them in a longer form."""

    def draw(rng: Rng) -> str:
        thing = rng.choice(things)
        return rng.choice(forms).format(thing) if rng.random() < share else thing

    return draw


def _analyte(rng: Rng) -> str:
    name = rng.choice(WORDS["analytes"])
    return name if rng.random() < 0.7 else f"{name}, {rng.choice(WORDS['analyte_sites'])}"


def _job(rng: Rng) -> str:
    return f"{rng.choice(WORDS['work_verbs'])} {rng.choice(WORDS['work_objects'])}"


_LEDGER_FORMS = ("{} – head office", "{} – branches", "{} – overseas", "{}, other", "{} – projects")

_GRAMMARS: dict[str, Callable[[Rng], str]] = {
    "person": lambda rng: f"{rng.choice(WORDS['first_names'])} {rng.choice(WORDS['surnames'])}",
    "initials": lambda rng: f"{rng.choice(WORDS['first_names'])[0]}. {rng.choice(WORDS['surnames'])}",
    "company": _company,
    "city": _city,
    "country": lambda rng: rng.choice(WORDS["countries"]),
    "region": _region,
    "product": _product,
    "item": _item,
    "department": _department,
    "course": _course,
    "university": _university,
    "hospital": _hospital,
    "school": _school,
    "station": _station,
    "species": _species,
    "material": _material,
    "machine": _machine,
    "model": _model,
    "drug": _drug,
    "crop": _crop,
    "work": _work,
    "team": _team,
    "line": _line,
    "analyte": _analyte,
    "job": _job,
    "clause": _qualified(
        WORDS["contract_clauses"], ("{} (part A)", "{} (part B)", "{}, general", "{}, special terms"), 0.4
    ),
    "expense": _qualified(WORDS["expenses"], _LEDGER_FORMS, 0.25),
    "income": _qualified(WORDS["incomes"], _LEDGER_FORMS, 0.35),
    "asset": _qualified(WORDS["assets"], ("{}, current", "{}, non-current", "{} – group", "{}, net", "{}, other"), 0.4),
}
KINDS: tuple[str, ...] = tuple(_GRAMMARS)


def entities(kind: str, count: int, rng: random.Random) -> list[str]:
    """`count` distinct names of a kind (one of `KINDS`), in the order drawn.

    Raises ValueError when the grammar cannot give that many (every kind gives at least 150).
    """
    draw = _GRAMMARS[kind]
    found: dict[str, None] = {}
    for _ in range(60 * count + 200):
        if len(found) == count:
            break
        found.setdefault(draw(rng))
    if len(found) < count:
        raise ValueError(f"no {count} distinct names of kind {kind!r}; at most about {len(found)}")
    return list(found)
