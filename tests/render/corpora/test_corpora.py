"""The bundled vocabulary: drawable everywhere, plentiful, consistent and the same for the same seed."""

from __future__ import annotations

import random
import re

import pytest

from mmrecipes.canvas import fonts
from mmrecipes.render.corpora import names, topics


def _covered_everywhere() -> frozenset[int]:
    faces = [fonts.face(f, bold=b, italic=i) for f in fonts.FAMILIES for b in (False, True) for i in (False, True)]
    return frozenset.intersection(*(face.coverage for face in faces))


def _all_texts() -> set[str]:
    rng = random.Random(1)
    texts = {name for kind in names.KINDS for name in names.entities(kind, 140, rng)}
    for t in topics.topics():
        texts |= {t.name, t.label, t.plural, *t.titles, *(t.title(rng, "2019–2023") for _ in range(5))}
        texts |= {x for m in t.metrics for x in (m.name, m.unit)}
        texts |= {x for a in t.attributes for x in (a.name, a.prefix, *a.choices)}
        texts |= {label for kind in t.times for label in topics.time_labels(kind, 8, rng)}
    return texts


def test_every_text_can_be_drawn_in_every_bundled_face() -> None:
    covered = _covered_everywhere()
    missing = {t: [c for c in t if ord(c) not in covered] for t in _all_texts()}
    assert {t: m for t, m in missing.items() if m} == {}


@pytest.mark.parametrize("kind", names.KINDS)
def test_a_kind_gives_at_least_150_distinct_names_and_the_same_for_the_same_seed(kind: str) -> None:
    drawn = names.entities(kind, 150, random.Random(7))
    assert len(set(drawn)) == 150
    assert drawn == names.entities(kind, 150, random.Random(7))
    assert drawn != names.entities(kind, 150, random.Random(8))
    assert all(name == name.strip() and "  " not in name and 2 <= len(name) <= 48 for name in drawn)


def test_asking_for_more_names_than_there_are_is_an_error_not_a_repeat() -> None:
    with pytest.raises(ValueError, match="country"):
        names.entities("country", 1000, random.Random(1))


def test_there_are_at_least_forty_topics_each_with_enough_to_fill_a_table() -> None:
    found = topics.topics()
    assert len(found) >= 40
    assert len({t.name for t in found}) == len(found)
    assert {t.family for t in found} == {"statistics", "technical", "financial"}
    for t in found:
        assert t.entity in names.KINDS
        assert len(t.metrics) >= 5 and len({m.name for m in t.metrics}) == len(t.metrics)
        assert len(t.attributes) >= 2 and len(t.titles) >= 3
        assert all(a.kind in {*names.KINDS, "date", "yes_no", "code", "choice"} for a in t.attributes)
        assert all("{" not in re.sub(r"\{place\}", "", title) for title in t.titles)


def test_drawn_values_stay_in_range_with_the_decimals_of_their_metric() -> None:
    rng = random.Random(3)
    for metric in (m for t in topics.topics() for m in t.metrics):
        values = [topics.draw_value(metric, rng) for _ in range(20)] + topics.draw_walk(metric, 12, rng)
        assert all(metric.low <= v <= metric.high for v in values), metric
        assert all(v == round(v, metric.decimals) for v in values), metric


def test_every_topic_comes_once_before_any_comes_again() -> None:
    size = len(topics.topics())
    for start in (0, size):
        assert len({topics.topic_at(i).name for i in range(start, start + size)}) == size
    assert [topics.topic_at(i).name for i in range(size)] != [topics.topic_at(i).name for i in range(size, 2 * size)]
    assert all(topics.topic_at(i, family="financial").family == "financial" for i in range(30))


@pytest.mark.parametrize(("kind", "count"), [("year", 6), ("quarter", 9), ("month", 18)])
def test_time_labels_are_consecutive_and_distinct(kind: topics.TimeKind, count: int) -> None:
    labels = topics.time_labels(kind, count, random.Random(4))
    assert len(set(labels)) == count
    years = [int(re.findall(r"\d{4}", label)[0]) for label in labels]
    assert years == sorted(years) and years[0] >= 2000 and years[-1] <= 2025
