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
    if rng.random() < 0.4:
        lines = [f"Step {i}: {sentence}" for i, sentence in enumerate(sentences, 1)]
        text = "\n".join([*lines, question.ending])
    else:
        text = " ".join([*sentences, question.ending])
    return Chain(steps, sorted({u for s in steps for u in s["uses"] if isinstance(u, int)}), text)


def _records(deduction: Deduction, proof: Proof) -> list[dict[str, Any]]:
    place = {number: f"r{i}" for i, number in enumerate(proof.steps, 1)}
    made = deduction.figure.facts
    steps = []
    for number in proof.steps:
        known = deduction.facts[number]
        uses: list[int | str] = []
        for premise in known.premises:
            source = deduction.facts[premise]
            if premise in place:
                uses.append(place[premise])
            else:
                uses.append(made[source.fact].step + 1 if source.status == "given" else "figure")
        steps.append({"r": int(place[number][1:]), "uses": list(dict.fromkeys(uses)), "theorem": known.theorem,
                      "concl": str(known.fact)})  # fmt: skip
    return steps
