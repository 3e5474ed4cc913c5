"""What makes two samples of this recipe duplicates, and which of them stays.

Covered: the pool as it came (by source priority), and the finished samples, among which stripping has made questions
equal (the verified one stays). Not covered: hashing and deciding (see `steps/dedup_pairs`).
"""

from __future__ import annotations

from mmrecipes.core.sample import Sample
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.steps.dedup_pairs import DedupPairs, HashPair
from mmrecipes.steps.text_rules import instructions, responses, truncated_response

VERIFIED = 1 << 40
"""What being verified counts for among finished samples: more than any priority of a source."""


def instruction(sample: Sample) -> str:
    """All that the user asks."""
    return "\n".join(instructions(sample))


def finished_instruction(sample: Sample) -> str:
    """The same, apart for long reasoning: one question may have a short and a long answer."""
    return instruction(sample) + (" [long reasoning]" if sample.meta["cot"] == "long" else "")


def answer(sample: Sample) -> str:
    """The assistant's words; empty when they break off."""
    return "" if truncated_response(sample) else "\n".join(responses(sample))


def priority(sample: Sample) -> int:
    return int(sample.meta.get("priority") or 0)


def finished_priority(sample: Sample) -> int:
    return priority(sample) + (VERIFIED if sample.draft["verified"] else 0)


def of_pool(confirm: bool, max_hamming_image: int, max_hamming_text: int, drop_conflicts: bool) -> Pipeline:
    """Removes pairs that stand in the pool several times."""
    decide = DedupPairs(priority, answer, confirm, max_hamming_image, max_hamming_text, drop_conflicts)
    return Pipeline(HashPair(instruction), decide)


def of_finished(confirm: bool) -> Pipeline:
    """Removes pairs that have become equal; the two samples of one question, short and long, are none."""
    return Pipeline(HashPair(finished_instruction), DedupPairs(finished_priority, answer, confirm))
