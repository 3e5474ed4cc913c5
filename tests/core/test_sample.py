from __future__ import annotations

import json

import pytest

from mmrecipes.core.image import trusted_image
from mmrecipes.core.sample import (
    Alternative,
    Extra,
    Message,
    Part,
    Region,
    Sample,
    assistant,
    sample_from_json,
    sample_to_json,
    shown_images,
    user,
)

ONE, TWO = trusted_image(b"one", "image/png", 3, 2), trusted_image(b"two", "image/jpeg", 5, 4)


def full() -> Sample:
    return Sample(
        id="r/s/000001", kind="document", subset="s", group="g", task="t", language="en", truth_source="annotated",
        difficulty=3, images=(ONE, TWO), messages=(user(ONE, "first", TWO, ONE), assistant("ünïcode <image>")),
        alternatives=(Alternative("rejected", (assistant("wrong"),)),), extras=(Extra("mask", TWO),),
        regions=(Region(ONE.sha256, "cup", ((0.0, 0.0), (1.5, 0.0), (1.5, 1.0), (0.0, 1.0)), "text"),),
        truth={"a": [1, 2.5, None]}, scores={"x": 0.5}, meta={"m": "é"}, parents=("p",), draft={"d": 1},
    )  # fmt: skip


def test_a_sample_survives_its_json_form() -> None:
    value = json.loads(json.dumps(sample_to_json(full())))
    assert sample_from_json(value, {ONE.sha256: ONE, TWO.sha256: TWO}) == full()


def test_an_image_shown_twice_stands_twice_in_order() -> None:
    assert shown_images(full()) == [ONE, TWO, ONE]


def test_a_part_is_either_text_or_an_image() -> None:
    for wrong in ({}, {"text": "a", "image": "b"}):
        with pytest.raises(ValueError, match="either text or an image"):
            Part(**wrong)
    assert Message("user", (Part(text="a"), Part(text="b"))).text == "a b"


def test_an_unknown_image_is_named() -> None:
    with pytest.raises(KeyError, match="r/s/000001 has no image nope"):
        full().image("nope")
