"""Claims about category names as words."""

from __future__ import annotations

import pytest

from mmrecipes.steps.nouns import counted, listed, plural, shown, with_article
from mmrecipes.world.catalogue import CATALOGUE


@pytest.mark.parametrize(
    ("category", "singular", "many"),
    [
        ("traffic_light", "a traffic light", "traffic lights"), ("person", "a person", "people"),
        ("umbrella", "an umbrella", "umbrellas"), ("uniform", "a uniform", "uniforms"), ("hour", "an hour", "hours"),
        ("knife", "a knife", "knives"), ("wine glass", "a wine glass", "wine glasses"), ("bus", "a bus", "buses"),
        ("mouse", "a mouse", "mice"), ("sheep", "a sheep", "sheep"),
        ("scissors", "a pair of scissors", "pairs of scissors"),
        ("broccoli", "a piece of broccoli", "pieces of broccoli"), ("couch", "a couch", "couches"),
        ("garlic_bread", "a piece of garlic bread", "pieces of garlic bread"), ("loaf of bread", "a loaf of bread",
        "loaves of bread"), ("dress", "a dress", "dresses"), ("lens", "a lens", "lenses"), ("gas", "a gas", "gases"),
        ("tv", "a TV", "TVs"), ("toothbrush", "a toothbrush", "toothbrushes"), ("baby", "a baby", "babies"),
        ("orange", "an orange", "oranges"), ("SUV", "an SUV", "SUVs"),
        ("one-way sign", "a one-way sign", "one-way signs"),
        ("glass_of_water", "a glass of water", "glasses of water"), ("unicycle", "a unicycle", "unicycles"),
        ("snowman", "a snowman", "snowmen"), ("policewoman", "a policewoman", "policewomen"),
        ("human", "a human", "humans"), ("ottoman", "an ottoman", "ottomans"), ("starfish", "a starfish", "starfish"),
        ("specimen", "a specimen", "specimens"),
    ],
)  # fmt: skip
def test_names_are_shown_with_the_right_article_and_plural(category: str, singular: str, many: str) -> None:
    assert with_article(shown(category)) == singular
    assert plural(shown(category)) == many


@pytest.mark.parametrize(
    "name", ["flowers", "traffic lights", "Buses", "potatoes", "people", "snowmen", "women", "firemen", "jellyfish"]
)
def test_a_name_in_the_plural_is_not_made_plural_twice(name: str) -> None:
    assert plural(name) == name


def test_what_is_not_counted_is_counted_by_the_piece() -> None:
    said = [counted(n, shown("broccoli")) for n in (1, 3)]
    assert said == ["one piece of broccoli", "three pieces of broccoli"]


def test_counts_and_lists_agree_in_number() -> None:
    assert [counted(n, "person") for n in (0, 1, 2, 13)] == ["no people", "one person", "two people", "13 people"]
    assert [listed(["a", "b", "c"][:n]) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]


def test_every_thing_that_scenes_are_drawn_of_has_its_plural() -> None:
    assert {name: plural(shown(name)) for name in CATALOGUE} == {name: c.plural for name, c in CATALOGUE.items()}
