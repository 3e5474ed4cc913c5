"""Companion stage C1, complex instructions: several constraints in one prompt, answered from the truth.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.3: seed prompts, single-constraint variants, then prompts that
compose condition, quantity and order. Covered: samples whose truth holds records (`RECORDS`, one line per task: tables
with plain bodies), constraints that code can check (`instruction_checks`): fields, condition, order, quantity, form.
Not covered: units, language, pictures found by retrieval, answers of models.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.verification.instruction_checks import violations
from mmrecipes.render.tables.numbers import printed_number
from mmrecipes.steps.review import chosen, place

SEEDS = (
    "Use the table in the picture.", "Here is a table; extract some of it.", "Work from what the table shows.",
    "I need part of this table for a report.", "Read this table and give me the entries described below.",
)  # fmt: skip
_FIELDS = (
    "Give only these fields, in this order: {x}.", "Report {x} and no other column.",
    "Each entry has {x}, in this order.",
    "Keep the columns {x}; leave out the rest.", "For each row state {x}.",
)  # fmt: skip
_ABOVE = (
    "Only rows where “{c}” is above {t} count.", "Leave out every row whose “{c}” is {t} or less.",
    "Consider only entries with more than {t} under “{c}”.", "Restrict yourself to rows with “{c}” greater than {t}.",
    "Rows need a “{c}” over {t} to be listed.",
)  # fmt: skip
_ORDER = (
    "Sort them by “{c}”, {d} first.", "Put the {d} “{c}” first.", "Order the rows by “{c}” beginning with the {d}.",
    "The row with the {d} “{c}” comes first, and so on.", "Arrange them by “{c}”, starting from the {d}.",
)  # fmt: skip
_MOST = (
    "List {k} at most.", "Stop after {k}.", "No more than {k} rows, please.", "Give the first {k} of these only.",
    "The list has {k} rows or fewer.",
)  # fmt: skip
_FORM: Mapping[str, Sequence[str]] = {
    "json": ("Reply with a JSON array of objects and nothing else.", "Write JSON only: a list of objects.",
             "The reply is one JSON array, without any other text.", "Output a bare JSON list of objects.",
             "Nothing but a JSON array of objects."),
    "lines": ("One row per line, fields separated by “ | ”, nothing else.",
              "Write a line for each row, with “ | ” between the fields.",
              "Plain lines only, “ | ” between fields, no header.",
              "No header and no comment: a line per row, fields parted by “ | ”.",
              "Separate fields by “ | ” and rows by line breaks; add no text."),
}  # fmt: skip

Records = tuple[Sequence[str], Sequence[Mapping[str, str]]]
"""Names of the fields, and per row their printed texts."""


@dataclass(frozen=True, slots=True)
class ComplexInstruction:
    """Replaces the conversation of a share of the samples by one composed instruction and its answer. `truth.records`
    and `truth.instruction` are what the answer is computed from; samples that offer none pass as they are."""

    share: float
    reads: ClassVar = ("images", "messages", "truth", "meta")
    writes: ClassVar = ("messages", "truth", "meta")
    name: ClassVar[str] = "complex_instruction"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        if sample.task not in RECORDS or not chosen(*place(sample), self.share, "complex instruction"):
            return sample
        fields, rows = RECORDS[sample.task](sample)
        found = compose(fields, rows, context.rng)
        if found is None:
            return sample
        wanted, text, template = found
        reply = answer(rows, wanted)
        if wrong := violations(rows, wanted, reply):
            return Drop("instruction_violated", "; ".join(wrong))
        truth = {**sample.truth, "queries": [], "records": list(rows), "instruction": wanted}
        meta = {
            **sample.meta,
            "turn_kind": "complex_instruction",
            "templates": [template],
            "styles": ["short"],
            "ops": [],
        }
        return sample.having(messages=(user(*sample.images, text), assistant(reply)), truth=truth, meta=meta)


def compose(
    fields: Sequence[str], rows: Sequence[Mapping[str, str]], rng: random.Random
) -> tuple[dict[str, Any], str, str] | None:
    """Constraints as JSON values, the prompt, and which phrases it has; None where the rows do not allow an order."""
    numeric = [f for f in fields if _distinct_numbers([r[f] for r in rows])]
    if len(rows) < 4 or len(fields) < 2 or not numeric:
        return None
    by, over = rng.choice(numeric), rng.choice(numeric)
    shown = sorted(rng.sample(range(len(fields)), rng.randint(2, min(3, len(fields)))))
    names, form = [fields[k] for k in shown], rng.choice(("json", "lines"))
    value = sorted(_number(r[over]) for r in rows)[rng.randint(0, len(rows) // 2)]
    threshold = next(r[over] for r in rows if _number(r[over]) == value)
    wanted = {"fields": names, "above": [over, threshold], "order": [by, rng.choice(("largest", "smallest"))],
              "most": rng.randint(2, max(2, len(rows) - 2)), "form": form}  # fmt: skip
    picks = [rng.randrange(5) for _ in range(6)]
    quoted = ", ".join(f"“{n}”" for n in names)
    said = [
        SEEDS[picks[0]], _FIELDS[picks[1]].format(x=quoted), _ABOVE[picks[2]].format(c=over, t=threshold),
        _ORDER[picks[3]].format(c=by, d=wanted["order"][1]), _MOST[picks[4]].format(k=wanted["most"]),
        _FORM[form][picks[5]],
    ]  # fmt: skip
    return wanted, " ".join(said), f"complex/{form}/" + ".".join(map(str, picks))


def answer(rows: Sequence[Mapping[str, str]], wanted: Mapping[str, Any]) -> str:
    """The reply that satisfies all constraints."""
    (over, threshold), (by, direction) = wanted["above"], wanted["order"]
    kept = [r for r in rows if _number(r[over]) > _number(threshold)]
    kept.sort(key=lambda r: _number(r[by]), reverse=direction == "largest")
    found = [{f: r[f] for f in wanted["fields"]} for r in kept[: wanted["most"]]]
    if wanted["form"] == "json":
        return json.dumps(found, ensure_ascii=False)
    return "\n".join(" | ".join(r.values()) for r in found)


def _number(text: str) -> float:
    number = printed_number(text)
    assert number is not None  # `_distinct_numbers` has looked
    return float(number.value)


def _distinct_numbers(texts: Sequence[str]) -> bool:
    numbers = [printed_number(t) for t in texts]
    return all(n is not None for n in numbers) and len({n.value for n in numbers if n}) == len(texts)


def _of_table(sample: Sample) -> Records:
    """Body rows of a table with one header row and neither merged cells nor sections; else nothing."""
    truth, spec = sample.truth, sample.truth["spec"]
    cells = {(c["r"], c["c"]): c for c in truth["cells"]}
    if spec["header_rows"] != 1 or spec["merges"] or spec["sections"] or any(c.get("mark") for c in truth["cells"]):
        return (), ()
    fields = [cells[0, c]["text"] for c in range(spec["cols"])]
    body = [r for r in range(1, spec["rows"]) if all(cells[r, c]["role"] != "total" for c in range(spec["cols"]))]
    if len(set(fields)) < len(fields) or "" in fields or any("|" in c["text"] for c in truth["cells"]):
        return (), ()
    return fields, [{f: cells[r, c]["text"] for c, f in enumerate(fields)} for r in body]


RECORDS: Mapping[str, Callable[[Sample], Records]] = {"table": _of_table}
