"""Part B: captioned pictures as pairs, each pair one turn that asks for a short description.

Covered: one sample per caption, its noun phrases and lottery ticket, the finished turn. Not covered: which pairs stay
(see `balance`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mmrecipes.core.identity import seed_from
from mmrecipes.core.sample import Sample, assistant
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.formats.export import RESERVED
from mmrecipes.recipes.llava.looking import ImagePosition, opening_turn, picture_of
from mmrecipes.recipes.llava.phrases import noun_phrases
from mmrecipes.recipes.llava.prompts import BRIEFLY


@step(reads=("draft.wrong", "draft.captions", "draft.scene"), writes=("draft.caption",))
def one_sample_per_caption(sample: Sample) -> Sample | list[Sample] | Drop:
    """The pairs of a picture; a caption with a placeholder for a picture in it is not used."""
    if sample.draft["wrong"]:
        reason, _, detail = sample.draft["wrong"].partition(": ")
        return Drop(reason, detail)
    said = [" ".join(c.split()) for c in _captions(sample)]
    usable = [c for c in dict.fromkeys(said) if c and not RESERVED.search(c)]
    if not usable:
        return Drop("no_context", "no caption that can be used")
    kept = {k: sample.draft[k] for k in ("index", "path", "wrong", "declared", "scene") if k in sample.draft}
    pairs = [sample.having(draft={**kept, "caption": caption}) for caption in usable]
    return pairs if len(pairs) > 1 else pairs[0]


def _captions(sample: Sample) -> list[str]:
    if "scene" not in sample.draft:
        return sample.draft["captions"]
    from mmrecipes.recipes.llava.invented import told_of
    from mmrecipes.world.scene import Scene

    return told_of(Scene.from_json(sample.draft["scene"]))


@step(reads=("draft.caption", "meta"), writes=("draft.phrases", "draft.ticket"))
def find_phrases(sample: Sample, context: StepContext) -> Sample:
    """Noun phrases, and a random number that depends on the pair alone, not on where it stands in the file."""
    caption = sample.draft["caption"]
    ticket = f"{seed_from('llava', context.run_seed, str(sample.meta['file_name']), caption):016x}"
    return sample.drafting(phrases=list(noun_phrases(caption)), ticket=ticket)


@dataclass(frozen=True, slots=True)
class WriteBriefly:
    """A request for a short description, and the caption as it is."""

    image_position: ImagePosition
    reads: ClassVar = ("draft.caption", "meta")
    writes: ClassVar = ("images", "messages", "language", "meta", "draft")

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        draft, rng = sample.draft, context.rng
        picture = picture_of(sample)
        if isinstance(picture, Drop):
            return picture
        question = rng.choice(BRIEFLY)
        messages = (opening_turn(picture.image, question, self.image_position, rng), assistant(draft["caption"]))
        why = {"concept": draft.get("concept"), "concept_frequency": draft.get("frequency")}
        meta = {**sample.meta, "method": "llava-pretrain", **why}
        return sample.having(images=(picture.image,), messages=messages, language="en", meta=meta, draft={})
