"""A task folder of lmms-eval: `<task>.yaml`, `utils.py` with its functions, the rows as Parquet.

A row is a question with its images and the answers that count as right; the metric is exact match after case, blanks
and the final full stop are ignored. The data are named relative to the YAML file (lmms-eval resolves that), so that the
folder can be moved and needs no network: `lmms-eval --include_path FOLDER --tasks <task>`.

Covered: one question per sample; several right answers (`truth.answers`). Not covered: images between texts (moved to
the front when degraded), several turns (the first question is kept when degraded), system turns, other metrics.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson
import pyarrow as pa

from mmrecipes.core.errors import UsageError
from mmrecipes.core.sample import Message, Sample
from mmrecipes.formats.export import IN_TURNS, Export, Exporter, conversation_problem, escaped, reserved_token
from mmrecipes.formats.parquet_write import ParquetFile, image_cell
from mmrecipes.store.schema import IMAGE

SCHEMA = pa.schema([
    ("id", pa.string()), ("images", pa.list_(IMAGE)), ("question", pa.string()), ("answers", pa.list_(pa.string())),
    ("task", pa.string()), ("source", pa.string()),
])  # fmt: skip
ROWS = "test.parquet"

UTILS = '''"""Functions of the task: what the model sees, what it is asked, what counts as right."""


def doc_to_visual(doc):
    return [image.convert("RGB") for image in doc["images"] or []]


def doc_to_text(doc, lmms_eval_specific_kwargs=None):
    around = lmms_eval_specific_kwargs or {}
    return f"{around.get('pre_prompt', '')}{doc['question']}{around.get('post_prompt', '')}"


def doc_to_target(doc):
    return doc["answers"][0]


def process_results(doc, results):
    right = {_plain(answer) for answer in doc["answers"]}
    return {"exact_match": float(_plain(results[0]) in right)}


def _plain(text):
    """Without case, surrounding and repeated blanks, and a final full stop."""
    return " ".join(text.casefold().split()).removesuffix(".").strip()
'''


def write(export: Export) -> None:
    """Write `<task>.yaml`, `utils.py`, `test.parquet` and `provenance.jsonl`. Raises `UsageError` for a name of a task
    that is none."""
    task = export.options.get("task") or f"mmr_{re.sub(r'[^a-z0-9_]+', '_', export.source.resolve().stem.lower())}"
    if not re.fullmatch(r"[A-Za-z0-9_-]+", task):
        raise UsageError(f"--set task={task}: use letters, digits, - and _")
    images: dict[str, int] = {}
    rows = ParquetFile(export.folder / ROWS, SCHEMA)
    with export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            if not export.admits(sample, *_losses(sample)):
                continue
            row = _row(sample)
            shown = [sample.image(p.image) for p in _asked(sample).parts if p.image is not None]
            rows.add({**row, "images": [image_cell(im) for im in shown]}, sum(len(im.data) for im in shown))
            beside.write(export.provenance(sample))
            images |= {im.sha256: len(im.data) for im in shown}
            export.keep(sample, read={*IN_TURNS, "source"})
    rows.close()
    export.report.images, export.report.image_bytes = len(images), sum(images.values())
    for name, text in ((f"{task}.yaml", _yaml(task)), ("utils.py", UTILS)):
        with export.new_text(name) as file:
            file.write(text.encode())


EXPORTS = (
    Exporter(
        "lmms-eval",
        "a task folder of lmms-eval: YAML, functions, rows; the last answer is the target",
        write,
        options={"task": "name of the task; by default mmr_ and the name of the folder"},
        tested_with="lmms-eval 0.7.3 TaskManager, ConfigurableTask",
    ),
)


def _yaml(task: str) -> str:
    """The task's configuration. JSON strings are YAML strings."""
    names = ("doc_to_visual", "doc_to_text", "doc_to_target", "process_results")
    functions = "".join(f"{name}: !function utils.{name}\n" for name in names)
    return (
        f"task: {orjson.dumps(task).decode()}\n"
        "dataset_path: parquet\n"
        f"dataset_kwargs:\n  data_files:\n    test: {ROWS}\n"
        "test_split: test\n"
        "output_type: generate_until\n"
        f"{functions}"
        "generation_kwargs:\n  max_new_tokens: 128\n  temperature: 0\n  do_sample: false\n"
        "metric_list:\n  - metric: exact_match\n    aggregation: mean\n    higher_is_better: true\n"
        'lmms_eval_specific_kwargs:\n  default:\n    pre_prompt: ""\n    post_prompt: ""\n'
        "metadata:\n  - version: 0.0\n"
    )


def _losses(sample: Sample) -> tuple[list[str], list[str]]:
    """Why the task cannot hold the sample, and what it would lose."""
    if problem := conversation_problem(sample):
        return [problem], []
    impossible, lossy = [], []
    if any(p.image for m in sample.messages if m.role != "user" for p in m.parts):
        impossible.append("image_outside_a_user_turn")
    spoken = [m for m in sample.messages if m.role != "system"]
    order = [p.image is not None for p in _asked(sample).parts]
    if len(spoken) > 2:
        lossy.append("several_turns")
    if len(spoken) < len(sample.messages):
        lossy.append("system_turn")
    if order != sorted(order, reverse=True):
        lossy.append("image_moved_to_front")
    if reserved_token(sample.having(messages=(_asked(sample),))):
        lossy.append("reserved_token")
    return impossible, lossy


def _asked(sample: Sample) -> Message:
    return next(m for m in sample.messages if m.role == "user")


def _row(sample: Sample) -> Mapping[str, Any]:
    asked = _asked(sample)
    answer = next(m for m in sample.messages if m.role == "assistant").text
    known = sample.truth.get("answers")
    others = [a for a in known if isinstance(a, str)] if isinstance(known, list) else []
    return {
        "id": sample.id,
        "question": escaped(Message("user", tuple(p for p in asked.parts if p.text is not None)).text),
        "answers": list(dict.fromkeys([answer, *others])),
        "task": sample.task,
        "source": sample.source,
    }
