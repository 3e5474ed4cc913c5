"""Claims about the diversity report: roots, lengths, near duplicates, and a hook's figures without prompted samples."""

from __future__ import annotations

import random

import pytest

from mmrecipes.recipes.oasis.diversity import bucket, diversity, near_duplicates, root, traits, word_count
from mmrecipes_tests.recipes.oasis.desk import Desk, run

ROOTS = {
    "Describe the scene in two sentences.": ("describe", "scene"),
    "Please write a short poem about this picture.": ("write", "short"),
    "Can you list all objects?": ("list", "objects"),
    "How many dogs are there?": ("are", "dogs"),
    "What colour is the car?": ("is", "colour"),
    "What is the price of the soup?": ("is", "price"),
    "Which animal can be seen?": ("can", "animal"),
    "Is there a dog?": ("is", "there"),
    "I am making cards for my daughter. Count the birds.": ("count", "birds"),
    "Choose the right one.\n(a) a cat\n(b) a dog": ("choose", "right"),
    "Combien d'objets y a-t-il dans cette image ?": ("", ""),
    "A quiet street.": ("", ""),
    "": ("", ""),
}


@pytest.mark.parametrize("instruction", ROOTS)
def test_the_root_of_an_instruction_is_its_verb_and_what_it_is_about(instruction: str) -> None:
    assert root(instruction) == ROOTS[instruction]


def test_words_are_counted_in_scripts_without_blanks_too() -> None:
    assert word_count("It's a well-known dog, isn't it?") == 6
    assert word_count("图中有几只猫？") == 6
    assert word_count(" -- ") == 0


@pytest.mark.parametrize(
    ("count", "name"), [(0, "0-4"), (4, "0-4"), (5, "5-9"), (79, "40-79"), (320, "320+"), (9999, "320+")]
)
def test_every_length_has_one_bin(count: int, name: str) -> None:
    assert bucket(count) == name


def jaccard(one: str, other: str) -> float:
    def triples(text: str) -> set[tuple[str, ...]]:
        said = text.lower().split()
        return {tuple(said[i : i + 3]) for i in range(max(1, len(said) - 2))}

    a, b = triples(one), triples(other)
    return len(a & b) / len(a | b)


def test_near_duplicates_are_those_that_a_slow_comparison_finds() -> None:
    rng = random.Random(3)
    words = [f"w{i}" for i in range(200)]
    texts = [" ".join(rng.choices(words, k=30)) for _ in range(120)]
    for number in range(60):
        said = texts[rng.randrange(120)].split()
        for _ in range(rng.randint(0, 3)):
            said[rng.randrange(len(said))] = rng.choice(words)
        texts.append(" ".join(said) if number % 2 else " ".join(said).upper())
    found = near_duplicates(texts)
    slow = {i for i in range(len(texts)) if any(jaccard(texts[i], texts[j]) >= 0.7 for j in range(i) if j not in found)}
    assert len(slow) > 20
    assert set(found) <= slow
    assert len(slow - set(found)) <= 1  # the hashes may miss one pair in 500


def test_exact_repeats_are_near_duplicates_whatever_their_length() -> None:
    assert near_duplicates(["Why?", "why?", "Where?", "Why"]) == {1: 0, 3: 0}
    assert near_duplicates([]) == {}


def test_the_report_counts_every_sample_and_keeps_prompted_ones_apart() -> None:
    hooked = run(20, Desk(faults={"non_english": 0.3})).kept
    prompted = run(5, mode="prompted", allow_prompted_fallback=True, seed=3).kept
    report = diversity([*hooked, *prompted])
    assert report["samples"] == {"hooked": len(hooked), "prompted": len(prompted)}
    assert report["hook_modes"] == {"completion_raw": len(hooked)}
    assert sum(report["kinds"].values()) == len(hooked)
    for name in ("languages", "roots", "instruction_lengths", "answer_lengths"):
        assert sum(report[name].values()) == len(hooked) + len(prompted), name
    assert report["languages"]["en"] < len(hooked) + len(prompted)
    assert report["mean_words"]["instruction"] == pytest.approx(
        sum(word_count(s.messages[0].text) for s in (*hooked, *prompted)) / (len(hooked) + len(prompted))
    )
    assert 0 <= report["near_duplicate_rate"] < 1
    assert diversity([])["near_duplicate_rate"] == 0.0


def test_a_samples_own_values_are_in_its_meta_so_that_reports_count_them() -> None:
    for sample in run(5).kept:
        own = traits(sample.messages[0].text, sample.messages[1].text)
        assert {k: sample.meta[k] for k in own} == own
        assert all(isinstance(v, (str, int)) for v in own.values())


def test_the_stand_ins_wording_is_varied() -> None:
    texts = [s.messages[0].text for s in run(70, Desk()).kept]
    assert len(set(texts)) > 0.9 * len(texts)
    assert len(near_duplicates(texts)) < 0.2 * len(texts)
