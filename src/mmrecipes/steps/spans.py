"""Captions whose phrases point at boxes: which phrases to keep when they nest or overlap.

Covered: choosing a non-overlapping set of phrases that covers the most boxes, exactly (weighted interval
scheduling) or greedily, and writing markers around the kept ones. Not covered: finding phrases in captions.
Source: the cleaning of GRIT captions in Qwen-VL (arXiv 2308.12966), which is greedy; the exact choice costs the
same and never covers fewer boxes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Characters start..end (end exclusive) of a caption and how many boxes they point at; `key` is the caller's."""

    start: int
    end: int
    boxes: int
    key: int = 0


def best_cover(spans: Sequence[Span]) -> list[Span]:
    """Non-overlapping spans with the most boxes in total; among those, the fewest characters; in text order."""
    usable = sorted((s for s in spans if s.boxes > 0 and s.end > s.start), key=lambda s: (s.end, s.start, s.key))
    ends = [s.end for s in usable]
    value = [(0, 0)]
    takes: list[bool] = []
    before = [bisect_right(ends, s.start, 0, i) for i, s in enumerate(usable)]
    for i, span in enumerate(usable):
        boxes, minus_length = value[before[i]]
        taken = (boxes + span.boxes, minus_length - (span.end - span.start))
        takes.append(taken > value[i])
        value.append(max(taken, value[i]))
    chosen, i = [], len(usable)
    while i > 0:
        if takes[i - 1]:
            chosen.append(usable[i - 1])
            i = before[i - 1]
        else:
            i -= 1
    return chosen[::-1]


def greedy_cover(spans: Sequence[Span]) -> list[Span]:
    """The published rule: most boxes first, then the shortest, then the first; a span that overlaps is left out."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (-s.boxes, s.end - s.start, s.start, s.key)):
        if span.boxes > 0 and span.end > span.start and all(span.end <= k.start or k.end <= span.start for k in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)


def with_markers(text: str, markers: Sequence[tuple[int, int, str, str]]) -> str:
    """The text with (start, end, before, after) inserted around non-overlapping spans, from right to left so that
    offsets stay valid."""
    for start, end, before, after in sorted(markers, reverse=True):
        text = text[:start] + before + text[start:end] + after + text[end:]
    return text
