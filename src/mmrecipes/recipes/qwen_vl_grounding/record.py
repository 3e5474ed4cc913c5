"""What a finished sample says about itself: regions, truth, provenance, difficulty.

Covered: everything needed to decode the text again and to trace it to its annotations. Not covered: the checks
(see `reading`).
"""

from __future__ import annotations

from typing import Any

from mmrecipes.core.boxes import quad_of
from mmrecipes.core.sample import Region
from mmrecipes.formats.frames import Frame
from mmrecipes.recipes.qwen_vl_grounding.conventions import Convention
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import ResizedPixels
from mmrecipes.recipes.qwen_vl_grounding.places import Located, pointed_at
from mmrecipes.recipes.qwen_vl_grounding.reading import Verdict
from mmrecipes.recipes.qwen_vl_grounding.tasks import Question, Scene
from mmrecipes.recipes.qwen_vl_grounding.wording import Dialogue
from mmrecipes.steps.geometry import Instance

_PLURAL = {"box": "boxes", "quad": "quads", "point": "points"}


def regions_of(question: Question, scene: Scene, ref: str) -> tuple[Region, ...]:
    """Every instance the question is about, once, as a region of the image `ref`."""
    return tuple(_region(scene.instances[m], ref) for m in sorted(set(_members(question))))


def _region(instance: Instance, ref: str) -> Region:
    return Region(ref, instance.category, instance.quad or quad_of(instance.box), instance.text)


def _members(question: Question) -> list[int]:
    return [m for t in question.targets for m in t.members]


def truth_of(question: Question, located: Located, dialogue: Dialogue, convention: Convention) -> dict[str, Any]:
    """Per target: phrase, category, attribute, places in pixels and as the text spells them."""
    plural, spelled = _PLURAL[located.kind], convention.form.spelled
    targets = [
        {
            "phrase": phrase,
            "category": target.category,
            "attribute": target.attribute,
            f"{plural}_px": [list(p) for p in pixels],
            f"{plural}_text": [spelled(n) for n in numbers],
        }
        for target, phrase, pixels, numbers in zip(
            question.targets, dialogue.phrases, located.pixels, located.numbers, strict=True
        )
    ]
    return {"kind": "grounding", "convention": convention.name, "place": located.kind, "targets": targets}


def provenance_of(
    question: Question, scene: Scene, located: Located, dialogue: Dialogue, verdict: Verdict, convention: Convention
) -> dict[str, Any]:
    """Convention, frame of the numbers, decode error, annotation ids, templates, and for a convention of resized
    pixels the processor's parameters."""
    scale = convention.scale
    made = {
        "convention": convention.name,
        "quantiser": scale.quantiser,
        "image_size": list(scene.size),
        "encode_size": list(scale.frame(scene.size)),
        "decode_error_px": [round(e, 4) for e in verdict.error],
        "ann_ids": [a for m in _members(question) for a in scene.instances[m].ann_ids],
        "template": dialogue.template,
        "answer_template": dialogue.answer_template,
        "negatives": sum(not t.members for t in question.targets),
    }
    if isinstance(scale, ResizedPixels):
        made["resize"] = {"factor": scale.factor, "min_pixels": scale.min_pixels, "max_pixels": scale.max_pixels}
    return made


def point_origins(question: Question, scene: Scene, frame: Frame) -> list[str]:
    """Per place, `mask` or `box_centre`."""
    return [pointed_at(scene.instances[m], frame)[1] for m in _members(question)]


def difficulty_of(question: Question, scene: Scene) -> int:
    """1-5: more for several places, many places, an attribute to compare by, and small objects."""
    members = [scene.instances[m] for m in _members(question)]
    width, height = scene.size
    small = any((b[2] - b[0]) * (b[3] - b[1]) < 0.01 * width * height for b in (m.box for m in members))
    attribute = any(t.attribute for t in question.targets)
    return min(5, 1 + (len(members) > 1) + (len(members) > 5) + attribute + small)
