"""Which samples get reasoning, and which: decided by the registry and by what the sample is, before any model is asked.

Covered: the registry's word, task families that never get reasoning, heuristics. A heuristic only ever takes a sample
out of enrichment (boxes or markup in an answer, a request to transcribe), never into it. Not covered: guessing domains.
"""

from __future__ import annotations

import re

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import step
from mmrecipes.recipes.honeypipe.turns import exchanges

DOMAINS = ("General", "Chart", "Caption", "STEM", "Document", "Grounding&Counting", "OCR")
"""What the registry may name a source's domain."""

BYPASSING_FAMILIES = frozenset({
    "ocr", "ocr_transcription", "transcription", "text_reading", "detection", "object_detection", "grounding",
    "referring", "region", "region_caption", "counting_with_boxes", "caption", "captioning",
})  # fmt: skip
"""Task families whose answers are what they are: reasoning would only be added to them."""
BYPASSING_DOMAINS = frozenset({"Caption", "OCR"})

_NUMBER = r"-?\d+(?:\.\d+)?"
_LOCATION = re.compile(
    r"<\|?/?(?:box|bbox|quad|point|ref|loc)(?:_start|_end)?\|?>|<loc[_-]?\d+>|<\d{1,4}>|\"(?:bbox_2d|point_2d)\"|"
    rf"[\[(]\s*(?:{_NUMBER}\s*,\s*){{3}}{_NUMBER}\s*[\])]"
)
_MARKUP = re.compile(r"\s*(?:```\w*\s*)?(?:<(?:table|thead|tbody|html|svg|div)\b|\\begin\{|\[\s*\"<)")
"""The beginning of a table, a formula or a page written out: a transcription, whatever the question calls it."""
_TRANSCRIBE = re.compile(
    r"\b(?:transcribe|ocr|(?:read|write|type|spell)\s+(?:out|down)\s+(?:all\s+|any\s+)?(?:the\s+)?(?:text|words?|"
    r"characters?)|(?:read|extract|recogni[sz]e|copy)\s+(?:all\s+|any\s+)?(?:of\s+)?(?:the\s+)?(?:text|words?|"
    r"characters?)|convert\s+(?:the\s+|this\s+)?\w+\s+(?:in)?to\s+(?:html|latex|markdown))\b|"
    r"(?:提取|识别|读出|转写|抄写)[^。？]{0,12}(?:文字|文本|字符)|转写",
    re.IGNORECASE,
)


def registry(sample: Sample) -> str:
    """`skip` for sources that are taken as they are: no model is asked about them; `use` for all others."""
    return "skip" if sample.meta.get("reasoning") == "skip" else "use"


def path(sample: Sample) -> str:
    """The branch that `triage` decided on."""
    return sample.draft["path"]


@step(reads=("messages", "meta", "regions"), writes=("meta", "draft.path"))
def triage(sample: Sample) -> Sample:
    """`bypass`, or what the registry wants: `short`, `long` or `both`. `meta.triage` says why."""
    why = bypassing(sample)
    wanted = str(sample.meta.get("reasoning") or "short")
    chosen, reason = ("bypass", why) if why else (wanted, f"registry:{wanted}")
    return sample.having(meta={**sample.meta, "triage": reason}).drafting(path=chosen)


def bypassing(sample: Sample) -> str:
    """Why a sample gets no reasoning; empty when it may."""
    family = re.sub(r"[\s-]+", "_", str(sample.meta.get("task_family") or "").strip().lower())
    domain = str(sample.meta.get("domain") or "")
    if family in BYPASSING_FAMILIES:
        return f"family:{family}"
    if domain in BYPASSING_DOMAINS:
        return f"domain:{domain}"
    if sample.regions:
        return "heuristic:regions"
    for one in exchanges(sample):
        if _LOCATION.search(one.answer.text):
            return "heuristic:location_in_answer"
        if _MARKUP.match(one.answer.text):
            return "heuristic:markup_answer"
        if _TRANSCRIBE.search(one.question.text):
            return "heuristic:transcription"
    return ""
