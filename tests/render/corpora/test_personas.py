"""Personas: many, each once before any again, without names and numbers that a document could contradict."""

from __future__ import annotations

from mmrecipes.render.corpora.personas import persona_at, persona_count


def test_a_persona_comes_again_only_after_all_others_and_depends_on_seed_and_index_alone() -> None:
    count = persona_count()
    first = [persona_at(i, 7) for i in range(count // 4)]
    assert count >= 10_000 and len(set(first)) == len(first)
    assert persona_at(count, 7) == first[0] and persona_at(0, 8) != first[0]
    assert len({p.split(" who ")[0] for p in first[:300]}) > 200


def test_personas_hold_no_names_and_no_numbers() -> None:
    assert all(p.isascii() and p.islower() and not any(c.isdigit() for c in p) for p in map(_persona, range(400)))


def _persona(index: int) -> str:
    return persona_at(index, 1)
