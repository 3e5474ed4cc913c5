"""The chain of thought of a question: the steps of its proof as records, and as one connected text."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from mmrecipes.geometry.deduction import Deduction, Proof, tell
from mmrecipes.recipes.r_cot.asking import Question


@dataclass(frozen=True)
class Chain:
    """`steps`: {r, uses, theorem, concl}, where `uses` names patches by number, earlier steps as `r1` and what only the
    drawing shows as `figure`; `patches`: those that are used; `text`: the steps told, and the answer."""

    steps: list[dict[str, Any]]
    patches: list[int]
    text: str


def chain(deduction: Deduction, question: Question, rng: Random) -> Chain:
    proof = question.proof
    sentences = tell(deduction, proof, rng.randrange)
    steps = _records(deduction, proof)
    if question.parts:
        sentences.append(_divided(question, rng))
        steps.append(_division(deduction, question, len(steps) + 1))
    if rng.random() < 0.4:
        lines = [f"Step {i}: {sentence}" for i, sentence in enumerate(sentences, 1)]
        text = "\n".join([*lines, question.ending])
    else:
        text = " ".join([*sentences, question.ending])
    return Chain(steps, sorted({u for s in steps for u in s["uses"] if isinstance(u, int)}), text)


def _divided(question: Question, rng: Random) -> str:
    """The last step where two lengths are compared."""
    first, second = ("".join(part.args) for part in question.parts)
    values = " : ".join(str(part.value) for part in question.parts)
    ratio = "" if values == question.answer else f" = {question.answer}"
    return f"{rng.choice(_THUS)} {first} : {second} = {values}{ratio}."


_THUS = ("Therefore", "Comparing the two,", "Hence", "Putting them in proportion,")


def _division(deduction: Deduction, question: Question, number: int) -> dict[str, Any]:
    uses = [_source(deduction, deduction.number[part], _places(question.proof)) for part in question.parts]
    return {"r": number, "uses": uses, "theorem": "substitution", "concl": str(question.goal)}


def _places(proof: Proof) -> dict[int, str]:
    return {number: f"r{i}" for i, number in enumerate(proof.steps, 1)}


def _source(deduction: Deduction, number: int, place: dict[int, str]) -> int | str:
    """What a premise is: an earlier step, the number of the patch that states it, or the figure."""
    if number in place:
        return place[number]
    known = deduction.facts[number]
    return deduction.figure.facts[known.fact].step + 1 if known.status == "given" else "figure"


def _records(deduction: Deduction, proof: Proof) -> list[dict[str, Any]]:
    place = _places(proof)
    steps = []
    for number in proof.steps:
        known = deduction.facts[number]
        uses = [_source(deduction, premise, place) for premise in known.premises]
        steps.append({"r": int(place[number][1:]), "uses": list(dict.fromkeys(uses)), "theorem": known.theorem,
                      "concl": str(known.fact)})  # fmt: skip
    return steps
