"""Postcodes are in the form of the place they stand beside."""

from __future__ import annotations

import random
import re

import pytest

from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.core.identity import rng_from
from mmrecipes.render.corpora.addresses import CITIES, country, currency, local_town, postcode, town
from mmrecipes.render.corpora.names import WORDS
from mmrecipes.render.documents.content import random_document
from mmrecipes.render.documents.kinds.desk import CURRENCIES, Desk
from mmrecipes.render.documents.tree import FieldBlock, leaves

KNOWN = {
    "Hamburg": r"\d{5} Hamburg", "Boston": r"Boston,? \d{5}", "Leeds": r"Leeds,? LS\d \d[A-Z]{2}",
    "Oslo": r"\d{4} Oslo",    "Ottawa": r"Ottawa,? [A-Z]\d[A-Z] \d[A-Z]\d", 
    "Malmö": r"\d{3} \d\d Malmö", "Kyoto": r"Kyoto,? \d{3}-\d{4}",
    "Utrecht": r"\d{4} [A-Z]{2} Utrecht", "Warsaw": r"\d\d-\d{3} Warsaw", "Lisbon": r"\d{4}-\d{3} Lisbon",
}  # fmt: skip


@pytest.mark.parametrize("city", KNOWN)
def test_a_postcode_has_the_form_of_its_country(city: str) -> None:
    for seed in range(20):
        assert re.fullmatch(KNOWN[city], town(random.Random(seed), city))


def test_listed_cities_and_countries_are_real_ones_of_the_word_lists() -> None:
    assert set(CITIES) <= set(WORDS["real_cities"]) and {country(c) for c in CITIES} <= set(WORDS["countries"])
    assert {currency(c) for c in CITIES} == {"", *CURRENCIES} and (country("Ashcombe"), currency("Ashcombe")) == (
        "",
        "",
    )
    assert re.fullmatch(r"\d{5}|[A-Z]\d \d[A-Z]{2}", postcode(random.Random(0), "Ashcombe"))


def test_parties_live_where_the_amounts_of_their_document_are_used() -> None:
    for seed in range(60):
        desk = Desk("letter", "en", 1, random.Random(seed))
        assert currency(desk.party().city) in ("", desk.currency)


def test_city_postcode_and_country_of_a_form_belong_together() -> None:
    seen = 0
    for index in range(40):
        document = random_document(rng_from("forms", index), index, kind="form", complexity=4)
        fields = {f.name: f.value for f in leaves(document.blocks) if isinstance(f, FieldBlock)}
        if fields.get("city") and fields.get("country"):
            assert country(fields["city"]) == fields["country"]
            seen += 1
    assert seen > 5


def test_towns_of_a_language_have_the_postcodes_used_there() -> None:
    made = {code: local_town(random.Random(1), code, "X") for code in LANGUAGES}
    assert re.fullmatch(r"X \d{6}", made["zh"]) and re.fullmatch(r"〒\d{3}-\d{4} X", made["ja"])
    assert re.fullmatch(r"\d{5} X", made["de"]) and all("X" in text and "{" not in text for text in made.values())
