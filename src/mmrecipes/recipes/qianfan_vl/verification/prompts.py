"""What models are told. A voter never sees a reference; what it is asked comes from the sample's own questions."""

from __future__ import annotations

from collections.abc import Sequence

from mmrecipes.steps.agreement import EMPTY
from mmrecipes.steps.vote import TAG, UNKNOWN

_VOTE = """\
Look at the picture and answer {what} below from it alone. Work it out first if you need to. Then finish with {lines}, \
and write nothing after {it}. Give only the answer there, no sentence and no explanation even where the question asks \
for one, but keep to the written form that it asks for, such as HTML, LaTeX, Markdown, JSON or a list. An answer of \
several lines begins behind the colon and may go on below. Write {empty} for an answer that is empty, and {unknown} \
where the picture does not tell it.

{questions}"""


def ballot(questions: Sequence[str]) -> str:
    """The text that a voter is asked: the questions by number, and the lines to end with."""
    asked = "\n\n".join(f"Question {k}:\n{q}" for k, q in enumerate(questions, 1))
    if len(questions) == 1:
        what, lines, it = "the question", f"a line `{TAG} 1: …`", "the answer"
    else:
        what, it = "the questions", "the last of them"
        lines = f"one line for each question in order, `{TAG} 1: …` to `{TAG} {len(questions)}: …`"
    return _VOTE.format(what=what, lines=lines, it=it, empty=EMPTY, unknown=UNKNOWN, questions=asked)
