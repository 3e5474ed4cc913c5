"""The four rubrics, five anchored levels each. Nothing in them names a picture to the judge that does not see one.

Covered: what each level means. The form of the reply, and fences around what is judged, are `steps/judge`'s. Not
covered: examples; none are given.
"""

from __future__ import annotations

from collections.abc import Mapping

from mmrecipes.steps.judge import Rubric, Scored, levels

_TURN = (
    "You rate training data for assistants that see pictures. The block `question` is what a user says, the block "
    "`answer` what the assistant replied."
)
_BLIND = "The user showed a picture along with it, which you do not see and need not see."

RELEVANCE = levels(
    "relevance",
    f"{_TURN} {_BLIND} Rate whether the answer answers the question. Whether it is true is not asked: you cannot know.",
    {
        1: "it has nothing to do with the question, or refuses without a reason",
        2: "it touches on the subject and leaves the question open",
        3: "it answers a part, or answers among much that was not asked",
        4: "it answers the question, with a small gap or a small digression",
        5: "it answers precisely what was asked, as short or long as was asked",
    },
)
FORMATTING = levels(
    "formatting",
    f"{_TURN} {_BLIND} Rate the form of both texts, not what they say: markup, lists, options, language, punctuation. "
    "Short texts are not worse than long ones.",
    {
        1: "hardly legible: broken markup, debris of templates, texts that break off",
        2: "several faults that a reader stumbles over",
        3: "one clear fault, such as options that are not alike or an answer in another form than was asked for",
        4: "a trifle, such as a missing full stop or an odd blank",
        5: "well formed throughout, and in the form that was asked for",
    },
)
VISUAL_DEPENDENCY = levels(
    "visual_dependency",
    f"{_TURN} {_BLIND} Rate how much somebody needs that picture to arrive at this answer.",
    {
        1: "not at all: the words of the question or what everybody knows are enough",
        2: "hardly: a guess from the question alone would most often be right",
        3: "in part: a part of the answer can be known or guessed without it",
        4: "mostly: without it only the kind of answer could be guessed",
        5: "wholly: without it nobody could give this answer",
    },
)
IMAGE_CORRESPONDENCE = levels(
    "image_correspondence",
    "You rate training data for assistants that see pictures. Look at what is shown. The block `question` is what a "
    "user says about it, the block `answer` what the assistant replied; blocks `earlier` hold what was said before, "
    "oldest first. Rate whether what question and answer say is borne out by what is shown.",
    {
        1: "they are about something else, or contradict what is shown in the main",
        2: "more of it is wrong or not to be seen than right",
        3: "about half of it is borne out, or a part that matters is wrong",
        4: "all that matters is right, a detail is wrong or cannot be told",
        5: "everything that is said is borne out by what is shown",
    },
)
RUBRICS: Mapping[str, Rubric[Scored]] = {
    "relevance": RELEVANCE, "formatting": FORMATTING, "visual_dependency": VISUAL_DEPENDENCY,
    "image_correspondence": IMAGE_CORRESPONDENCE,
}  # fmt: skip
"""By axis, in the order in which they are asked."""
