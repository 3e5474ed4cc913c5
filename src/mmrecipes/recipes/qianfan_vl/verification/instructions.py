"""Companion stage C1, complex instructions: several constraints in one prompt, answered from the truth.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.3: seed prompts, single-constraint variants, then prompts that
compose condition, quantity and order. Covered: samples that show records (see `records`: tables, charts with data
labels, tables in documents), constraints that code can check (`instruction_checks`): fields, condition, order,
quantity, form; English, and Chinese about pictures in Chinese. Not covered: units, pictures found by retrieval, answers
of models.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.qianfan_vl.verification.instruction_checks import violations
from mmrecipes.recipes.qianfan_vl.verification.instruction_phrases import CHINESE, ENGLISH
from mmrecipes.recipes.qianfan_vl.verification.records import Records, records_of
from mmrecipes.steps.review import chosen, place


@dataclass(frozen=True, slots=True)
class ComplexInstruction:
    """Replaces the conversation of a share of the samples by one composed instruction and its answer. `truth.records`
    and `truth.instruction` are what the answer is computed from; samples that offer none pass as they are."""

    share: float
    reads: ClassVar = ("images", "messages", "regions", "truth", "meta", "language")
    writes: ClassVar = ("messages", "truth", "meta")
    name: ClassVar[str] = "complex_instruction"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        if not chosen(*place(sample), self.share, "complex instruction"):
            return sample
        records = records_of(sample)
        found = compose(records, context.rng) if records else None
        if records is None or found is None:
            return sample
        wanted, text, template = found
        reply = answer(records, wanted)
        if wrong := violations(records.rows, wanted, reply):
            return Drop("instruction_violated", "; ".join(wrong))
        truth = {**sample.truth, "queries": [], "records": list(records.rows), "instruction": wanted}
        meta = {
            **sample.meta,
            "turn_kind": "complex_instruction",
            "templates": [template],
            "styles": ["short"],
            "ops": [],
        }
        return sample.having(messages=(user(*sample.images, text), assistant(reply)), truth=truth, meta=meta)


def compose(records: Records, rng: random.Random) -> tuple[dict[str, Any], str, str] | None:
    """Constraints as JSON values, the prompt, and which phrases it has; None where the records allow no order."""
    fields, rows, numeric = records.fields, records.rows, records.numeric()
    if len(rows) < 4 or len(fields) < 2 or not numeric:
        return None
    by, over = rng.choice(numeric), rng.choice(numeric)
    shown = sorted(rng.sample(range(len(fields)), rng.randint(2, min(3, len(fields)))))
    if records.named and shown[0]:
        shown = [0, *shown[1:]]
    form = rng.choice(("json", "lines"))
    limit = sorted(rows, key=lambda r: records.number(r, over))[rng.randint(0, len(rows) // 2)][over]
    wanted = {"fields": [fields[k] for k in shown], "above": [over, limit],
              "order": [by, rng.choice(("largest", "smallest"))], "most": rng.randint(2, max(2, len(rows) - 2)),
              "form": form, "decimal": records.decimal}  # fmt: skip
    picks = [rng.randrange(5) for _ in range(6)]
    language = "zh." if records.language == "zh" else ""
    return wanted, _prompt(records, wanted, picks), f"{language}complex/{form}/" + ".".join(map(str, picks))


def _prompt(records: Records, wanted: Mapping[str, Any], picks: list[int]) -> str:
    """One phrase for each constraint, by its number."""
    bank = CHINESE if records.language == "zh" else ENGLISH
    (over, limit), (by, direction) = wanted["above"], wanted["order"]
    banks = (bank.seeds, bank.fields, bank.above, bank.order, bank.most, bank.form[wanted["form"]])
    said: list[Mapping[str, object]] = [
        {}, {"x": bank.between.join(map(bank.quoted.format, wanted["fields"]))}, {"c": over, "t": limit},
        {"c": by, "d": bank.direction[direction]}, {"k": wanted["most"]}, {},
    ]  # fmt: skip
    names = {"whole": records.whole, "item": records.item, "items": records.items}
    return bank.gap.join(
        phrases[pick].format(**names, **about) for phrases, pick, about in zip(banks, picks, said, strict=True)
    )


def answer(records: Records, wanted: Mapping[str, Any]) -> str:
    """The reply that satisfies all constraints."""
    (over, limit), (by, direction) = wanted["above"], wanted["order"]
    least = next(records.number(r, over) for r in records.rows if r[over] == limit)
    kept = [r for r in records.rows if records.number(r, over) > least]
    kept.sort(key=lambda r: records.number(r, by), reverse=direction == "largest")
    found = [{f: r[f] for f in wanted["fields"]} for r in kept[: wanted["most"]]]
    if wanted["form"] == "json":
        return json.dumps(found, ensure_ascii=False)
    return "\n".join(" | ".join(r.values()) for r in found)
