"""Invented telephone numbers, reference numbers, and postcodes in the form of the country that a city is in.

Covered: numbers that nobody has (of the ranges kept free for fiction). Not covered: streets and towns (see `names`).
"""

from __future__ import annotations

import random


def phone(rng: random.Random) -> str:
    """A telephone number of the ranges kept free for fiction (555-01xx)."""
    area, tail = rng.randint(201, 989), rng.randint(0, 99)
    return rng.choice((f"({area}) 555-01{tail:02d}", f"{area} 555 01{tail:02d}", f"+1 {area} 555 01{tail:02d}"))


_CITIES = """\
Australia|Adelaide, Brisbane, Melbourne, Perth, Sydney|#### >|
Austria|Graz, Salzburg, Vienna|#### <|EUR
Belgium|Antwerp, Brussels, Ghent|#### <|EUR
Brazil|Curitiba, São Paulo|#####-### <|
Canada|Calgary, Montréal, Ottawa, Toronto, Vancouver|@#@ #@# >|CAD
Croatia|Zagreb|##### <|EUR
Czechia|Prague|### ## <|
Denmark|Aarhus, Copenhagen|#### <|
Egypt|Cairo|##### >|
Estonia|Tallinn|##### <|EUR
Finland|Espoo, Helsinki, Tampere|##### <|EUR
France|Bordeaux, Lyon, Marseille, Nantes, Nice, Toulouse|##### <|EUR
Germany|Bremen, Cologne, Hamburg, Leipzig, Munich, Nuremberg, Stuttgart|##### <|EUR
Greece|Athens|### ## <|EUR
Hungary|Budapest|#### <|
India|Bangalore, Mumbai|###### >|
Indonesia|Jakarta|##### >|
Ireland|Cork|T## @@## >|EUR
Ireland|Dublin|D## @@## >|EUR
Italy|Bologna, Florence, Genoa, Milan, Naples, Palermo, Rome, Trieste, Turin|##### <|EUR
Japan|Fukuoka, Kyoto, Nagoya, Osaka, Tokyo|###-#### >|
Kenya|Nairobi|##### >|
Latvia|Riga|LV-#### >|EUR
Lithuania|Vilnius|LT-##### <|EUR
Mexico|Guadalajara|##### <|
Netherlands|Rotterdam, Utrecht|#### @@ <|EUR
New Zealand|Auckland, Wellington|#### >|
Norway|Bergen, Oslo|#### <|
Poland|Warsaw|##-### <|
Portugal|Lisbon, Oporto|####-### <|EUR
Slovakia|Bratislava|### ## <|EUR
Slovenia|Ljubljana|#### <|EUR
South Africa|Cape Town, Durban|#### >|
South Korea|Busan, Seoul|##### >|
Spain|Alicante, Barcelona, Bilbao, Granada, Madrid, Seville, Valencia|##### <|EUR
Sweden|Gothenburg, Malmö, Stockholm, Uppsala|### ## <|SEK
Switzerland|Basel, Bern, Geneva, Zürich|#### <|CHF
Turkey|Istanbul|##### <|
United Kingdom|Bristol|BS# #@@ >|GBP
United Kingdom|Cardiff|CF# #@@ >|GBP
United Kingdom|Edinburgh|EH# #@@ >|GBP
United Kingdom|Glasgow|G# #@@ >|GBP
United Kingdom|Leeds|LS# #@@ >|GBP
United Kingdom|Liverpool|L# #@@ >|GBP
United Kingdom|Sheffield|S# #@@ >|GBP
United Kingdom|York|YO# #@@ >|GBP
United States|Boston, Chicago, Denver, Houston, Portland, Seattle|##### >|USD
Vietnam|Hanoi|##### >|
"""
"""Country, its cities, the form of their postcodes (# a digit, @ a letter; < before the city, > after it), and the
currency where it is one that documents are in. Cities that are not listed, and invented ones, have five digits or
letters and digits."""
_FORM_OF = {city: row for row in (line.split("|") for line in _CITIES.splitlines()) for city in row[1].split(", ")}
CITIES = tuple(_FORM_OF)
_ELSEWHERE = ("#####", "@# #@@")
_LETTERS = "ABCEGHJKLMNPRSTVXY"


def postcode(rng: random.Random, city: str) -> str:
    """An invented postcode in the form of the city's country."""
    return _written(_FORM_OF[city][2][:-2] if city in _FORM_OF else rng.choice(_ELSEWHERE), rng)


def _written(pattern: str, rng: random.Random) -> str:
    found = "".join(str(rng.randint(0, 9)) if c == "#" else rng.choice(_LETTERS) if c == "@" else c for c in pattern)
    return found if found[0] != "0" else f"{rng.randint(1, 9)}{found[1:]}"


_OF_LANGUAGE = {
    "zh": "{c} ######", "zh-Hant": "{c} ######", "ja": "〒###-#### {c}", "ko": "{c} #####", "ru": "###### {c}",
    "uk": "##### {c}", "pl": "##-### {c}", "cs": "### ## {c}", "el": "### ## {c}", "pt": "####-### {c}",
    "de": "##### {c}", "fr": "##### {c}", "es": "##### {c}", "it": "##### {c}", "tr": "##### {c}", "hi": "{c} ######",
    "vi": "{c} ######", "he": "{c} #######",
}  # fmt: skip
"""Postcode and city where a language is mostly spoken; five digits behind the city in the others."""


def local_town(rng: random.Random, language: str, city: str) -> str:
    """The line of an address with postcode and city as it is written in a language."""
    return _written(_OF_LANGUAGE.get(language, "{c} #####"), rng).format(c=city)


def town(rng: random.Random, city: str) -> str:
    """The line of an address with postcode and city, in the order of the city's country."""
    before = _FORM_OF[city][2].endswith("<") if city in _FORM_OF else rng.random() < 0.5
    found = postcode(rng, city)
    return f"{found} {city}" if before else f"{city}{rng.choice((' ', ', '))}{found}"


def currency(city: str) -> str:
    """The code of a city's currency; empty where documents have no amounts in it, or the city is invented."""
    return _FORM_OF[city][3] if city in _FORM_OF else ""


def country(city: str) -> str:
    """The country of a city; empty where it is not listed."""
    return _FORM_OF[city][0] if city in _FORM_OF else ""


def code(rng: random.Random, prefix: str = "") -> str:
    """A reference such as `KL-2041/7`."""
    head = prefix or "".join(rng.choice("ABCDEFGHKLMNPRSTVWXZ") for _ in range(rng.randint(1, 3)))
    form = rng.choice(("{h}-{a}", "{h}{a}", "{h}-{a}-{b}", "{h}/{a}/{b}", "{a}-{h}", "{h} {a}"))
    return form.format(h=head, a=rng.randint(1000, 99999), b=rng.randint(1, 99))
