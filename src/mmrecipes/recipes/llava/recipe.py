"""LLaVA and LLaVA-1.5 (arXiv 2304.08485, 2310.03744): instruction data from what is written about pictures.

Three parts. `instruct`: a text-only teacher knows a picture by its captions and boxes alone and writes a dialogue, a
long description or a question that takes reasoning; what betrays its sources or contradicts the boxes is written
again. `captions`: of many captioned pictures a subset in which no concept crowds out the others, each pair one turn.
`mixture`: academic question answering re-formatted, merged per picture and mixed by caps; no model at all.

Not covered: training, the evaluation benchmarks, finding objects (bring boxes), languages other than English.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from mmrecipes.core.errors import InputError
from mmrecipes.flow.pipeline import Merge, Pipeline, Repeat
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Source
from mmrecipes.models.call import Sampling
from mmrecipes.recipes.llava import prompts
from mmrecipes.recipes.llava.balance import ConceptBalance, WriteBriefly, find_phrases, one_sample_per_caption
from mmrecipes.recipes.llava.gates import Undisclosing, grounded, without_leak
from mmrecipes.recipes.llava.instruct import TYPES, AskTeacher, ConversationContext, Finish, WriteContext
from mmrecipes.recipes.llava.looking import ImagePosition, Look
from mmrecipes.recipes.llava.mixture import (
    AsPairs,
    BoxFrame,
    CutChats,
    CutInPieces,
    FormatPrompts,
    PickAnnotations,
    WriteConversation,
    conversation_key,
    merge_conversation,
)
from mmrecipes.recipes.llava.origins import open_origin
from mmrecipes.recipes.llava.sources import Pictured, Typed, open_academic
from mmrecipes.recipes.llava.standin import STAND_IN_FAULTS as stand_in_faults
from mmrecipes.recipes.llava.standin import stand_in
from mmrecipes.recipes.parameters import named_shares
from mmrecipes.steps.seeded_cap import SeededCap, draw_ticket

__all__ = ["Params", "pipeline", "source", "stand_in", "stand_in_faults"]

SHARES = {"conversation": 0.37, "detail": 0.145, "complex": 0.485}
SIZES = {
    "llava": 158_000, "sharegpt": 40_000, "vqav2": 83_000, "gqa": 72_000, "okvqa": 9_000, "ocrvqa": 80_000,
    "aokvqa": 66_000, "textcaps": 22_000, "refcoco": 48_000, "vg": 86_000,
}  # fmt: skip


class Params(RecipeParams):
    part: Literal["instruct", "captions", "mixture"] = Field(
        "instruct",
        description="instruct: a teacher writes; captions: balanced pairs; mixture: academic data re-formatted",
    )
    image_position: ImagePosition = Field("first", description="the picture before the first question, or at random")

    shares: dict[str, float] = Field(
        default_factory=lambda: dict(SHARES), description="instruct: share of each type (conversation, detail, complex)"
    )
    conversation_context: ConversationContext = Field(
        "captions", description="instruct: what the teacher knows when it writes a dialogue"
    )
    max_context: int = Field(
        20_000, ge=1, description="instruct: most characters of captions and boxes; a picture with more is dropped"
    )
    exhaustive: bool = Field(
        True,
        description="instruct: every object of the classes that the input names is boxed, so counts can be checked",
    )
    most_disclosed: int = Field(1, ge=0, description="instruct: classes of the picture a complex question may name")
    max_attempts: int = Field(
        3, ge=1, le=20, description="instruct: draws for a sample that fails a check, each re-asked once for its form"
    )  # fmt: skip
    temperature: float = Field(0.7, ge=0, le=2, description="instruct: of the teacher; at 0 there is one attempt only")
    max_tokens: int = Field(1024, ge=16, description="instruct: longest reply of the teacher")

    min_freq: int = Field(3, ge=1, description="captions: noun phrases with fewer captions are ignored")
    cap: int = Field(100, ge=1, description="captions: most captions that one noun phrase adds")

    sizes: dict[str, int] = Field(
        default_factory=lambda: dict(SIZES), description="mixture: most samples of each source; others are kept whole"
    )
    annotations_per_image: dict[str, int] = Field(
        {"vg": 10}, description="mixture: by source, most annotations of one picture"
    )
    fewer_turns_than: dict[str, int] = Field(
        {"refcoco": 10}, description="mixture: by source, conversations are cut into pieces of fewer questions"
    )
    max_words: int = Field(2048, ge=2, description="mixture: text chats are cut to so many words and marks")
    repeat_choices: bool = Field(True, description="mixture: a choice of k options is asked k times, options permuted")
    format_prompt_turns: Literal["first", "all"] = Field(
        "first", description="mixture: which questions of a conversation carry the format prompt"
    )
    box_frame: BoxFrame = Field("image", description="mixture: boxes as parts of the picture, or of a square around it")
    box_decimals: int = Field(3, ge=2, le=6, description="mixture: decimals of a box; 3 is within 1 px up to 2,000 px")
    short_answer_prompt: str = Field(prompts.SHORT_ANSWER, description="mixture: format prompt of short answers")
    option_letter_prompt: str = Field(prompts.OPTION_LETTER, description="mixture: format prompt of multiple choice")
    one_sentence_prompt: str = Field(prompts.ONE_SENTENCE, description="mixture: request for a caption")

    @field_validator("shares")
    @classmethod
    def _known_types(cls, shares: dict[str, float]) -> dict[str, float]:
        return named_shares(shares, TYPES, "type")

    @field_validator("sizes", "annotations_per_image", "fewer_turns_than")
    @classmethod
    def _whole_limits(cls, limits: dict[str, int], info: object) -> dict[str, int]:
        least = 2 if getattr(info, "field_name", "") == "fewer_turns_than" else 1
        if low := sorted(name for name, limit in limits.items() if limit < least):
            raise ValueError(f"the limit of {', '.join(low)} must be at least {least}")
        return limits


def source(params: Params, inputs: Mapping[str, Path]) -> Source:
    """Rows of the inputs, or invented scenes without any. Raises `InputError` for inputs that cannot be used."""
    if params.part == "mixture":
        return open_academic(inputs)
    origin = open_origin(inputs)
    if origin.size() == 0:
        raise InputError("the input has no rows")
    return Pictured(origin) if params.part == "captions" else Typed(origin, params.shares)


def instruct(params: Params) -> Pipeline:
    """Part A. Each attempt is a fresh draw of the teacher; the last reason stands when all fail."""
    sampling = Sampling(temperature=params.temperature, max_tokens=params.max_tokens)
    attempts = params.max_attempts if sampling.random else 1
    return Pipeline(
        Look(params.exhaustive),
        WriteContext(params.conversation_context, params.max_context),
        Repeat(
            AskTeacher(sampling),
            without_leak,
            grounded,
            Undisclosing(params.most_disclosed),
            times=attempts,
        ),
        Finish(params.image_position),
    )


def captions(params: Params) -> Pipeline:
    """Part B. Pictures are opened last, only those that stay."""
    return Pipeline(
        one_sample_per_caption,
        find_phrases,
        ConceptBalance(params.min_freq, params.cap),
        WriteBriefly(params.image_position),
    )


def mixture(params: Params) -> Pipeline:
    """Part C. Sizes are caps on conversations; pictures are opened last, only those that stay."""
    form = FormatPrompts(params.short_answer_prompt, params.option_letter_prompt)
    return Pipeline(
        draw_ticket,
        AsPairs(form, params.one_sentence_prompt, params.repeat_choices),
        Merge(conversation_key, merge_conversation),
        PickAnnotations(params.annotations_per_image),
        CutInPieces(params.fewer_turns_than),
        CutChats(params.max_words),
        draw_ticket,
        SeededCap(lambda sample: sample.source, params.sizes),
        WriteConversation(params.format_prompt_turns, params.box_frame, params.box_decimals, params.image_position),
    )


def pipeline(params: Params) -> Pipeline:
    return {"instruct": instruct, "captions": captions, "mixture": mixture}[params.part](params)
