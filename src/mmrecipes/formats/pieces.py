"""Cuts a sample into pieces that stand on their own, for formats that cannot hold it whole.

Covered: a conversation is cut before every user turn that shows an image, so that a turn without one stays with the
turns it follows; a record without messages is cut into one per picture with regions. Not covered: turns that show
several images, documents. A later turn may still speak of an earlier one: whoever asks for pieces accepts that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Sample


def pieces_of(sample: Sample) -> tuple[Sample, ...]:
    """The pieces in order, or the sample itself where there is nothing to cut.

    Piece k has the id `<id>.<k>` from 1, the sample as its parent and the group of its siblings. System turns stand at
    the start of each, alternatives belong to the last answer, regions go with their picture.
    """
    if sample.messages:
        cut = [(messages, _shown(sample, messages)) for messages in _conversations(sample.messages)]
    else:
        marked = {r.ref for r in sample.regions}
        cut = [((), (im,)) for im in dict.fromkeys(sample.images) if im.sha256 in marked]
    if len(cut) < 2:
        return (sample,)
    return tuple(
        sample.having(
            id=f"{sample.id}.{k}",
            parents=(sample.id,),
            group=sample.group or sample.id,
            messages=messages,
            images=images,
            regions=tuple(r for r in sample.regions if r.ref in {im.sha256 for im in images}),
            alternatives=sample.alternatives if k == len(cut) else (),
        )
        for k, (messages, images) in enumerate(cut, 1)
    )


def _conversations(messages: Sequence[Message]) -> list[tuple[Message, ...]]:
    count = next((i for i, m in enumerate(messages) if m.role != "system"), len(messages))
    system, turns = messages[:count], messages[count:]
    starts = [i for i, m in enumerate(turns) if i == 0 or (m.role == "user" and any(p.image for p in m.parts))]
    return [(*system, *turns[a:b]) for a, b in zip(starts, [*starts[1:], len(turns)], strict=True)]


def _shown(sample: Sample, messages: Iterable[Message]) -> tuple[Image, ...]:
    shown = dict.fromkeys(p.image for m in messages for p in m.parts if p.image is not None)
    return tuple(sample.image(sha256) for sha256 in shown)
