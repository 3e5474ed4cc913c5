"""Claims about rules, filter and fidelity on rows that are spoilt in known ways."""

from __future__ import annotations

from random import Random

import pytest

from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes_tests.recipes.honeypipe.desk import Desk, enriched, picture, row
from mmrecipes_tests.recipes.honeypipe.fates import noise, rows

EACH = 12


def spoilt(kind: str) -> list[Sample]:
    clean = rows("facts", EACH)
    return [noise.spoilt(kind, s, clean[(i + 1) % EACH], Random(i)) for i, s in enumerate(clean)]


def test_clean_rows_are_all_kept() -> None:
    assert len(enriched(*rows("facts", EACH)).kept) == EACH


@pytest.mark.parametrize(
    ("kind", "reasons"),
    [
        ("unrelated", {"unrelated"}),
        ("extreme", {"small_image", "long_image"}),
        ("repeated", {"repeated_sentence"}),
        ("wrong_reference", {"wrong_conclusion"}),
    ],
)
def test_every_kind_of_noise_is_removed_for_its_own_reason(kind: str, reasons: set[str]) -> None:
    outcome = enriched(*spoilt(kind))
    assert not outcome.kept and set(outcome.reasons()) == reasons


def test_a_pair_saved_again_is_no_noise_but_for_the_first_pair() -> None:
    assert len(enriched(*spoilt("duplicate")).kept) == EACH


def test_rows_that_rules_drop_cost_no_call() -> None:
    models = Desk()
    enriched(*spoilt("extreme"), *spoilt("repeated"), models=models)
    assert not models.calls


@pytest.mark.parametrize(
    ("size", "domain", "reason"),
    [
        ((32, 32), "General", None), ((31, 64), "General", "small_image"),
        ((200, 40), "Chart", None), ((201, 40), "Chart", "long_image"),
        ((400, 40), "OCR", None), ((400, 40), "Document", None), ((401, 40), "OCR", "long_image"),
    ],
)  # fmt: skip
def test_limits_of_pictures_are_exact_and_texts_may_be_longer(
    size: tuple[int, int], domain: str, reason: str | None
) -> None:
    sample = row("How many cats?", "3", domain=domain, reasoning="skip")
    image = picture(size=size)
    message = sample.messages[0]
    swapped = user(image, message.text)
    outcome = enriched(sample.having(images=(image,), messages=(swapped, sample.messages[1])))
    assert outcome.reasons() == ({reason: 1} if reason else {})


def test_everything_that_is_wrong_with_a_row_is_listed() -> None:
    twice = noise.spoilt("repeated", spoilt("extreme")[0], row(), Random(1))
    (dropped,) = enriched(twice).dropped
    assert dropped[1] in ("small_image", "long_image")
    assert dropped[1] in dropped[2] and "repeated_sentence" in dropped[2]


def test_a_row_whose_answer_refuses_goes_before_any_call() -> None:
    refusing = rows("facts", 1)[0].having(
        messages=(user("How many birds are there?"), assistant("I'm sorry, but I can't see the image."))
    )
    models = Desk()
    assert enriched(refusing, models=models).reasons() == {"refusal": 1} and not models.calls
