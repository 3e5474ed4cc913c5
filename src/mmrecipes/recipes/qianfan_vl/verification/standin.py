"""The stand-in: roles answered by rule from what is known about the sample, with errors that strike at set rates.

A voter and a reasoner read the answers in the truth, a solver the problem's; none looks at pixels or replies. Not
covered: anything a model would see, reasoning that explains anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmrecipes.core.identity import rng_from
from mmrecipes.models.call import Choice
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.qianfan_vl.document import standin_writer as writer
from mmrecipes.steps.agreement import EMPTY
from mmrecipes.steps.vote import TAG, UNKNOWN

stand_in_faults: dict[str, str] = {
    **writer.FAULTS,
    "solver_wrong": "the solver gives a wrong answer",
    "voter_wrong": "a voter answers the first question wrongly",
    "reference_wrong": "all who are asked about a sample see something else than its reference says",
    "voter_unsure": "a voter cannot tell the answer to any question",
    "voter_formless": "a voter's reply has no answer line, also when it is asked for again",
    "voter_empty": "a voter says nothing, also when it is asked again",
    "reasoner_wrong": "a solution ends in another answer",
    "reasoner_formless": "a solution has no think block",
    "reasoner_cut": "a solution is cut off",
}


def stand_in(asked: StandInCall) -> str | Choice:
    """One reply, the same for the same call and truth."""
    if asked.role == "reasoner":
        return _reason(asked)
    if asked.role == "writer":
        return writer.write(asked)
    return _solution(asked) if asked.role == "solver" else _vote(asked)


def _reason(asked: StandInCall) -> Choice:
    """A solution to the last question that is asked."""
    if "answers" not in asked.truth:  # asked about no sample
        return Choice("There is a picture.")
    turn = sum(m.role == "user" for m in asked.call.messages) - 1
    known: Mapping[str, Any] = asked.truth["answers"][turn]
    wrong = reference_wrong(asked) or asked.strikes("reasoner_wrong")
    said = another(known) if wrong else str(known["text"]) or EMPTY
    thinking = f"What is asked for can be seen in the picture. One look gives {said}, and a second one gives it again."
    if asked.strikes("reasoner_cut"):
        return Choice(f"<think>\n{thinking}", finish="length")
    return Choice(said if asked.strikes("reasoner_formless") else f"<think>\n{thinking}\n</think>\n\n{said}")


def _solution(asked: StandInCall) -> str:
    """The answer of a problem or the letter of its option, or 99999 and E."""
    truth, wrong = asked.truth, asked.strikes("solver_wrong")
    if "options" in truth:
        return f"{TAG} 1: {'E' if wrong else 'ABCD'[truth['key']]}"
    return f"{TAG} 1: {99999 if wrong else truth['answer_text']}"


def _vote(asked: StandInCall) -> str:
    first = asked.call.messages[:1]
    again = StandInCall(asked.role, asked.call.having(messages=first), asked.truth, asked.sample, asked.attempt,
                        asked.faults)  # fmt: skip
    if again.strikes("voter_empty"):
        return ""
    if again.strikes("voter_formless"):
        return "It is hard to say, but I would go with what the picture shows."
    known: Sequence[Mapping[str, Any]] = [a for a in asked.truth.get("answers", ()) if a["type"] != "free"]
    said = [UNKNOWN if again.strikes("voter_unsure") else str(a["text"]) or EMPTY for a in known]
    if known and (reference_wrong(asked) or again.strikes("voter_wrong")) and said[0] != UNKNOWN:
        said[0] = another(known[0])
    return "\n".join(["Looking at the picture.", *(f"{TAG} {k}: {text}" for k, text in enumerate(said, 1))])


def reference_wrong(asked: StandInCall) -> bool:
    """Whether the reference of this sample counts as wrong: one decision for all who are asked about it."""
    rate, seed = asked.faults.get("reference_wrong", 0.0), int(asked.faults.get("seed", 0))
    return rate > 0 and rng_from("stand-in", seed, asked.sample, "reference_wrong").random() < rate


def another(answer: Mapping[str, Any]) -> str:
    """A wrong answer in the form of the right one: the same for every voter, as all see the same picture."""
    text, kind = str(answer["text"]), answer["type"]
    if "value" in answer:
        return f"{answer['value'] * 2 + max(answer['tolerance'] * 4, 7):.10g}"
    if kind == "line":
        return str(int(text) + 1)
    if kind == "choice":
        return "A" if text != "A" else "B"
    if kind == "transcription" and text.startswith(("[", "{")):
        return '["something else"]'
    return {"yes": "no", "no": "yes"}.get(text.lower(), _OTHER.get(kind, "something else"))


_OTHER: Mapping[str, str] = {
    "html": "<table><tr><td>something else</td></tr></table>",
    "latex_table": "\\begin{tabular}{l}\nsomething else \\\\\n\\end{tabular}",
    "tokens": '["<tr>", "</tr>"]',
    "box": "[0, 0, 2, 2]",
    "fields": '{"something": "else"}',
    "roles": "$q_{77}$: something else",
    "latex": "q_{77}",
    "expression": "$77777$",
}
