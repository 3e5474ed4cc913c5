"""Claims about part B: phrases, and that the subset is the published rule, against a second implementation."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Sequence

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.core.sample import Sample
from mmrecipes.recipes.llava.balance import ConceptBalance, noun_phrases

Pairs = dict[str, tuple[str, ...]]
"""Pair id -> phrases."""


def kept_by(step: ConceptBalance, pairs: Pairs, order: Sequence[str] | None = None) -> set[str]:
    """What the step keeps, run as the engine runs it."""
    db = duckdb.connect()
    db.execute("CREATE TABLE samples (ordinal BIGINT, id VARCHAR, phrases VARCHAR, ticket VARCHAR)")
    keys = step.keys()
    for ordinal, name in enumerate(order or pairs):
        sample = Sample(id=name, draft={"phrases": list(pairs[name]), "ticket": ticket(name)})
        row = [ordinal, name, keys["phrases"](sample), keys["ticket"](sample)]
        db.execute("INSERT INTO samples VALUES (?, ?, ?, ?)", row)
    dropped = {i for i, reason, _, _ in db.execute(step.decide(db)).fetchall() if reason is not None}
    return set(pairs) - dropped


def ticket(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def published(pairs: Pairs, least: int, most: int) -> set[str]:
    """The rule as the paper words it, phrase by phrase from rare to frequent."""
    return visit(pairs, least, most, rare_first=True, cap_total=False)


def visit(pairs: Pairs, least: int, most: int, rare_first: bool, cap_total: bool) -> set[str]:
    """`cap_total` is the naive bug: what rarer phrases brought counts against a phrase's cap."""
    having = defaultdict(list)
    for name, phrases in pairs.items():
        for phrase in phrases:
            having[phrase].append(name)
    usable = [p for p, names in having.items() if len(names) >= least]
    pool: set[str] = set()
    for phrase in sorted(usable, key=lambda p: len(having[p]), reverse=not rare_first):
        drawn = sorted(having[phrase], key=lambda n: (hashlib.md5((phrase + ticket(n)).encode()).hexdigest(), n))
        if len(drawn) > most or cap_total:
            room = most - len(pool & set(drawn)) if cap_total else most
            drawn = [n for n in drawn if not (cap_total and n in pool)][: max(0, room)]
        pool |= set(drawn)
    return pool


def crowded(seed: int = 1) -> Pairs:
    """Phrases of all frequencies: one with 300 captions, several above and below 100, many rare."""
    rng = random.Random(seed)
    phrases = {
        "dog": 300,
        "cat": 180,
        "brown dog": 130,
        "red ball": 100,
        "old lamp": 40,
        "blue kite": 3,
        "green fork": 2,
    }
    phrases |= {f"odd thing {i}": rng.choice((1, 2, 3, 4)) for i in range(30)}
    pairs: dict[str, set[str]] = {f"p{i:04d}": set() for i in range(400)}
    for phrase, n in phrases.items():
        for name in rng.sample(sorted(pairs), n):
            pairs[name].add(phrase)
    return {name: tuple(sorted(said)) for name, said in pairs.items()}


STEP = ConceptBalance(3, 100)


def test_the_subset_is_the_published_rule_on_a_crowded_set() -> None:
    for seed in range(3):
        pairs = crowded(seed)
        kept = kept_by(STEP, pairs)
        assert kept == published(pairs, 3, 100)
        assert 100 < len(kept) < 400


@settings(max_examples=40)
@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=3), max_size=40), st.integers(1, 4), st.integers(1, 6))
def test_the_subset_is_the_published_rule_on_any_set(said: list[list[str]], least: int, most: int) -> None:
    pairs = {f"p{i}": tuple(dict.fromkeys(phrases)) for i, phrases in enumerate(said)}
    assert kept_by(ConceptBalance(least, most), pairs) == published(pairs, least, most)


@pytest.mark.parametrize("rare_first", [True, False])
def test_capping_the_total_of_a_phrase_is_another_subset_which_the_check_rejects(rare_first: bool) -> None:
    pairs = crowded()
    naive = visit(pairs, 3, 100, rare_first=rare_first, cap_total=True)
    assert naive != published(pairs, 3, 100) == kept_by(STEP, pairs)


def test_the_published_draw_is_out_of_all_captions_so_that_no_order_of_visits_matters() -> None:
    pairs = crowded()
    assert visit(pairs, 3, 100, rare_first=False, cap_total=False) == published(pairs, 3, 100)


def test_phrases_of_three_to_a_hundred_captions_are_fully_covered_and_rarer_ones_add_nothing() -> None:
    pairs = crowded()
    kept = kept_by(STEP, pairs)
    frequency = defaultdict(set)
    for name, phrases in pairs.items():
        for phrase in phrases:
            frequency[phrase].add(name)
    for names in frequency.values():
        if 3 <= len(names) <= 100:
            assert names <= kept
        if len(names) > 100:
            assert len(names & kept) >= 100
    for name in kept:
        assert any(len(frequency[p]) >= 3 for p in pairs[name])
    assert any(len(names & kept) > 100 for names in frequency.values() if len(names) > 100)


def test_neither_the_order_of_captions_nor_the_time_matters() -> None:
    pairs = crowded()
    shuffled = random.Random(5).sample(sorted(pairs), len(pairs))
    assert kept_by(STEP, pairs) == kept_by(STEP, pairs, shuffled) == kept_by(STEP, pairs)


def test_drops_say_whether_concepts_were_too_rare_or_too_frequent_and_keeps_learn_why() -> None:
    db = duckdb.connect()
    db.execute("CREATE TABLE samples (ordinal BIGINT, id VARCHAR, phrases VARCHAR, ticket VARCHAR)")
    rows = [(i, f"p{i}", "dog", str(i)) for i in range(5)] + [(5, "p5", "rare bird", "5"), (6, "p6", "", "6")]
    db.executemany("INSERT INTO samples VALUES (?, ?, ?, ?)", rows)
    found = {i: (reason, added) for i, reason, _, added in db.execute(ConceptBalance(3, 4).decide(db)).fetchall()}
    reasons = [reason for reason, _ in found.values()]
    assert sorted(filter(None, reasons)) == ["frequent_concepts", "rare_concepts", "rare_concepts"]
    assert {added for reason, added in found.values() if reason is None} == {'{"concept":"dog","frequency":5}'}


@pytest.mark.parametrize(
    ("caption", "phrases"),
    [
        ("A brown dog sitting on a park bench next to two men.", ("brown dog", "park bench", "men")),
        ("The old lighthouse at sunset, painted by a local artist", ("old lighthouse", "sunset", "local artist")),
        ("portrait of a smiling woman holding flowers", ("portrait", "smiling woman", "flowers")),
        ("a dog and the dog", ("dog",)), ("", ()), ("is are of 42 !", ()), ("Zwei große Hunde", ("zwei große hunde",)),
    ],
)  # fmt: skip
def test_noun_phrases_are_lower_case_without_articles_and_each_once(caption: str, phrases: tuple[str, ...]) -> None:
    assert noun_phrases(caption) == phrases


@given(st.text(max_size=200))
def test_no_caption_breaks_the_chunker_and_no_phrase_breaks_the_table(caption: str) -> None:
    for phrase in noun_phrases(caption):
        assert phrase.strip()
        assert "\n" not in phrase
