"""What a model answers to an instruction: taken as it is, with a note whether it keeps the instruction's language.

Covered: refused and empty answers, reasoning between think tags in front of the answer, which is cut off. Not covered:
any judgement of the answer.
"""

from __future__ import annotations

from typing import Any

from mmrecipes.models.call import Malformed, Reply
from mmrecipes.steps.languages import language_of
from mmrecipes.steps.reasoning import after_thinking


def answer_of(reply: Reply) -> str:
    """The answer; raises `Malformed` when there is none. A long one that was cut is kept and marked."""
    choice = reply.choices[0]
    if choice.refusal or choice.finish == "content_filter":
        raise Malformed("answer_refused", "it is a refusal")
    answer = after_thinking(choice.text)
    if not answer:
        raise Malformed("empty_answer", "it is empty")
    return answer


def answer_notes(instruction: str, reply: Reply, model: str) -> dict[str, Any]:
    """What `meta` says of an answer: who gave it, whether it was cut, and its language; `language_kept` is false when
    that is known to differ from the instruction's."""
    asking, answering = language_of(instruction), language_of(answer_of(reply))
    return {
        "responder": model,
        "answer_truncated": reply.truncated,
        "answer_language": answering,
        "language_kept": not (asking and answering) or asking == answering,
    }
