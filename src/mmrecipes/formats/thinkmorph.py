"""Reasoning traces with pictures between the thoughts, as ThinkMorph publishes and trains them.

`traces.jsonl`: one public record per sample (`problem_image_0`, `resoning_thought_0`, `reasoning_image_0`,
`resoning_thought_1`, `full_text_only_thought`…; `resoning` is spelled as in the published data). `train.jsonl` (a file
per split): the training view, three lists: `image_list` (problem, then the pictures of the thoughts),
`instruction_list` (the question) and `output_text_list`, in which a thought that a picture follows ends with
`<image_start>` and the text after it begins with `<image_end>`. Loss falls on the output texts and on all pictures but
the first.

Covered: one question with one picture, up to three pictures in the answer, the answer in answer tags; text between them
with or without think tags; the record of a sample that carries it (`truth.trace`), else one made of the turns. Not
covered: several turns, reading.
Source: data and training code of ThinkMorph (arXiv 2510.27492).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any

import orjson

from mmrecipes.core.image import Image
from mmrecipes.core.sample import Sample
from mmrecipes.formats.export import RESERVED, Export, Exporter, conversation_problem, escaped, reserved_token

CONTROL = re.compile(RESERVED.pattern + r"|<image_(?:start|end)>")
MOST_IMAGES = 3
"""Pictures in one answer that the inference loop goes on after."""
_TAGGED = re.compile(r"\s*(?:<think>(?P<thought>.*?)</think>)?\s*<answer>(?P<answer>.*?)</answer>\s*", re.S)
_THOUGHT = re.compile(r"\s*<think>(?P<thought>.*?)</think>\s*", re.S)
_FIRST_FIELDS = ("pid", "task", "question", "answer")


@dataclass(frozen=True, slots=True)
class Turns:
    """A trace as its messages show it: thoughts, one more than pictures between them (empty where there is none)."""

    problem: Image
    question: str
    thoughts: tuple[str, ...]
    pictures: tuple[Image, ...]
    answer: str


def turns_of(sample: Sample) -> tuple[Turns | None, list[str], list[str]]:
    """The trace, why the sample is none, and what is lost of it."""
    turns = [m for m in sample.messages if m.role != "system"]
    if problem := conversation_problem(sample):
        return None, [problem], []
    asked, answered = turns[0], turns[1]
    shown = [sample.image(p.image) for p in asked.parts if p.image is not None]
    pictures = tuple(sample.image(p.image) for p in answered.parts if p.image is not None)
    impossible = ["several_turns"] if len(turns) > 2 else []
    impossible += [] if len(shown) == 1 else ["several_problem_images" if shown else "no_problem_image"]
    impossible += ["too_many_images_in_the_answer"] if len(pictures) > MOST_IMAGES else []
    texts = [""]
    for part in answered.parts:
        if part.text is None:
            texts.append("")
        else:
            texts[-1] = f"{texts[-1]} {part.text}".strip()
    last = _TAGGED.fullmatch(texts[-1])
    if last is None:
        impossible.append("no_answer_tags")
    if impossible or last is None:
        return None, impossible, []
    thoughts = (*(m["thought"] if (m := _THOUGHT.fullmatch(t)) else t for t in texts[:-1]), last["thought"] or "")
    lossy = ["system_turn"] * (len(turns) < len(sample.messages)) + ["reserved_token"] * bool(_reserved(sample))
    lossy += ["image_moved_to_front"] * (asked.parts[0].image is None)
    lossy += ["no_text_only_thought"] * ("trace" not in sample.truth)
    return Turns(shown[0], asked.text, thoughts, pictures, last["answer"].strip()), [], lossy


def _reserved(sample: Sample) -> str:
    return reserved_token(sample, CONTROL)


def training_view(turns: Turns, paths: Mapping[str, str]) -> dict[str, Any]:
    """The three lists; `paths` maps a picture's hash to its file."""
    outputs = []
    for number, thought in enumerate(turns.thoughts):
        text = f"<think>{escaped(thought, CONTROL)}</think>" if thought else ""
        opening = "<image_end>" if number else ""
        last = number == len(turns.pictures)
        outputs.append(f"{opening}{text}{f'<answer>{turns.answer}</answer>' if last else '<image_start>'}")
    return {
        "image_list": [paths[im.sha256] for im in (turns.problem, *turns.pictures)],
        "instruction_list": [escaped(turns.question, CONTROL)],
        "output_text_list": outputs,
    }


def public_record(sample: Sample, turns: Turns, paths: Mapping[str, str]) -> dict[str, Any]:
    """The record with the names of the published fields, pictures as paths."""
    carried = sample.truth.get("trace")
    pictures = turns.pictures or tuple(e.image for e in sample.extras if e.name.startswith("reasoning_image_"))
    told: dict[str, Any] = dict(carried) if carried else {
        "pid": sample.id, "task": sample.task, "question": turns.question, "answer": turns.answer,
        **{f"resoning_thought_{k}": t for k, t in enumerate(turns.thoughts)},
        "ground_truth": dict(sample.truth), "provenance": {"source": sample.source},
    }  # fmt: skip
    ordered = {name: told.pop(name) for name in _FIRST_FIELDS} | {"problem_image_0": paths[turns.problem.sha256]}
    for k in range(MOST_IMAGES + 1):
        ordered |= {name: told.pop(name) for name in (f"resoning_thought_{k}",) if name in told}
        ordered |= {f"reasoning_image_{k}": paths[im.sha256] for im in pictures[k : k + 1]}
    return ordered | told


def write(export: Export) -> None:
    """Write `traces.jsonl`, `train.jsonl` (a file per split), `provenance.jsonl` and the pictures."""
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}

        def add(path: str, value: Any) -> None:
            if path not in files:
                files[path] = stack.enter_context(export.new_text(path))
            files[path].write(
                value if isinstance(value, bytes) else orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
            )

        for sample in export.samples():
            turns, impossible, lossy = turns_of(sample)
            if not export.admits(sample, impossible, lossy) or turns is None:
                continue
            held = (*sample.images, *(e.image for e in sample.extras))
            paths = {im.sha256: export.image(im) for im in held}
            add("traces.jsonl", public_record(sample, turns, paths))
            add(f"{sample.split}.jsonl", {"id": sample.id, **training_view(turns, paths)})
            add("provenance.jsonl", export.provenance(sample))
            export.keep(sample, len(turns.pictures) + 1, read={"messages", "truth", "extras"})


EXPORTS = (
    Exporter(
        "thinkmorph",
        "reasoning traces with pictures between the thoughts: ThinkMorph's records and its training lists",
        write,
        tested_with="a parser of the published tags and field names in the tests",
    ),
)
