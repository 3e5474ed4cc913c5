"""Phrases of a caption that point at usable instances.

Covered: checking the annotated spans, blanks at their ends, dropping phrases with an unusable instance, merging
duplicate boxes of one phrase. Not covered: which of nested phrases stay (see `steps.spans`).
"""

from __future__ import annotations

from typing import Any

from mmrecipes.core.boxes import iou
from mmrecipes.steps.geometry import Placed

SAME_BOX = 0.95
"""Boxes of one phrase that overlap by more than this (IoU) are one."""
Phrase = tuple[int, int, tuple[int, ...]]
"""Start and end (exclusive) in the caption, and positions of instances."""


def phrases_of(value: Any, caption: str, placed: Placed) -> list[Phrase]:
    """The phrases ([{start, end, ann_ids}]) whose annotations are all usable, without blanks at their ends."""
    owner = {a: i for i, one in enumerate(placed.instances) for a in one.ann_ids}
    found = []
    for phrase in value if isinstance(value, list) else ():
        start, end, ids = (phrase.get(k) for k in ("start", "end", "ann_ids"))
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(caption)):
            continue
        text = caption[start:end]
        start, end = start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
        if end > start and isinstance(ids, list) and ids and all(a in owner for a in ids):
            found.append((start, end, _distinct(sorted({owner[a] for a in ids}), placed)))
    return found


def _distinct(members: list[int], placed: Placed) -> tuple[int, ...]:
    """The instances without those whose box repeats an earlier one's."""
    kept: list[int] = []
    for member in members:
        box = placed.instances[member].box
        if all(iou(box, placed.instances[other].box) <= SAME_BOX for other in kept):
            kept.append(member)
    return tuple(kept)
