"""JSON lines for fine-tuning and batch services that take chat messages with pictures in them as data URIs.

`openai-chat`: {"messages"}; `openai-preference`: {"input", "preferred_output", "non_preferred_output"}, text only;
`openai-batch`: requests {"custom_id", "method", "url", "body"} that ask for the last answer anew. Limits kept: pictures
in user turns only, at most 10 per example, at most 10 MB each as encoded here, PNG, JPEG or WebP; batch files of at
most 50,000 requests and 200 MB; ids at most once. The originals are embedded byte for byte.

Covered: system turns, several turns, a side file by position and id (`provenance.jsonl`). Not covered: tools, shrinking
pictures, sending anything, the results of a batch. These services change: the format is an interchange format here,
checked against its published types and not by a service.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from typing import IO, Any

import orjson

from mmrecipes.core.errors import UsageError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Sample, shown_images
from mmrecipes.formats.export import IN_TURNS, Export, Exporter, conversation_problem
from mmrecipes.formats.trl import rejected_answers, split_answer

MOST_IMAGES = 10
MOST_BYTES = 10 << 20
"""Of one picture."""
MOST_REQUESTS, MOST_FILE_BYTES = 50_000, 200_000_000
"""Of one batch file."""


def write_chat(export: Export) -> None:
    """Write `train.jsonl` (a file per split) and `provenance.jsonl`."""
    with ExitStack() as files:
        lines = _Lines(export, files)
        for sample in export.samples():
            if export.admits(sample, _impossible(sample), []):
                lines.add(f"{sample.split}.jsonl", {"messages": _messages(sample, sample.messages)})
                _kept(export, lines, sample)


def write_preference(export: Export) -> None:
    """Write `train.jsonl` (a file per split) and `provenance.jsonl`; a line per rejected answer."""
    with ExitStack() as files:
        lines = _Lines(export, files)
        for sample in export.samples():
            impossible = _impossible(sample) or _no_pair(sample)
            if not export.admits(sample, impossible, []):
                continue
            prompt, chosen = split_answer(sample.messages)
            for rejected in rejected_answers(sample, prompt):
                pair = {
                    "preferred_output": _messages(sample, chosen),
                    "non_preferred_output": _messages(sample, rejected),
                }
                lines.add(f"{sample.split}.jsonl", {"input": {"messages": _messages(sample, prompt)}, **pair})
            _kept(export, lines, sample, {*IN_TURNS, "alternatives"})


def write_batch(export: Export) -> None:
    """Write `requests-00000.jsonl` and so on, and `provenance.jsonl`; an id that occurs twice is written
    once, since results are joined by it. Raises `UsageError` without a model."""
    model = export.options.get("model", "")
    if not model:
        raise UsageError("say which model the requests are for: --set model=NAME")
    seen, number, rows, size = set[str](), 0, 0, 0
    with ExitStack() as files:
        lines = _Lines(export, files)
        for sample in export.samples():
            if not export.admits(sample, [*_impossible(sample), *["repeated_id"] * (sample.id in seen)], []):
                continue
            seen.add(sample.id)
            body = {"model": model, "messages": _messages(sample, split_answer(sample.messages)[0])}
            request = {"custom_id": sample.id, "method": "POST", "url": "/v1/chat/completions", "body": body}
            length = len(orjson.dumps(request)) + 1
            if rows and (rows == MOST_REQUESTS or size + length > MOST_FILE_BYTES):
                number, rows, size = number + 1, 0, 0
            lines.add(f"requests-{number:05d}.jsonl", request)
            rows, size = rows + 1, size + length
            _kept(export, lines, sample)


EXPORTS = (
    Exporter(
        "openai-chat",
        "JSON lines of chat messages with pictures as data URIs, for fine-tuning services",
        write_chat,
        tested_with="pydantic models of the published format",
    ),
    Exporter(
        "openai-preference",
        "JSON lines of a text prompt with a preferred and a rejected answer, for fine-tuning services",
        write_preference,
        tested_with="pydantic models of the published format",
    ),
    Exporter(
        "openai-batch",
        "JSON lines of chat requests for batch services; the last answer is what is asked for",
        write_batch,
        options={"model": "the model that the requests name; must be given"},
        tested_with="openai 3.57.0 CompletionCreateParams",
    ),
)


class _Lines:
    """JSON lines files below the export's folder, each open until the `files` are closed."""

    def __init__(self, export: Export, files: ExitStack) -> None:
        self._export, self._stack = export, files
        self._files: dict[str, IO[bytes]] = {}

    def add(self, path: str, value: Any) -> None:
        self.add_line(path, orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))

    def add_line(self, path: str, line: bytes) -> None:
        if path not in self._files:
            self._files[path] = self._stack.enter_context(self._export.new_text(path))
        self._files[path].write(line)


def _kept(export: Export, lines: _Lines, sample: Sample, read: Collection[str] = IN_TURNS) -> None:
    lines.add_line("provenance.jsonl", export.provenance(sample))
    images = shown_images(sample)
    export.report.images += len(images)
    export.report.image_bytes += sum(len(im.data) for im in images)
    export.keep(sample, len(images), read=read)


def _impossible(sample: Sample) -> list[str]:
    """Why the format cannot hold the sample."""
    reasons = [problem] if (problem := conversation_problem(sample)) else []
    shown = shown_images(sample)
    if any(p.image for m in sample.messages if m.role != "user" for p in m.parts):
        reasons.append("image_outside_a_user_turn")
    if len(shown) > MOST_IMAGES:
        reasons.append("too_many_images")
    if any(len(im.data) > MOST_BYTES for im in shown):
        reasons.append("image_over_10_mb")
    return reasons


def _no_pair(sample: Sample) -> list[str]:
    """Why the sample is no pair of text answers."""
    if shown_images(sample):
        return ["preference_is_text_only"]
    rejected = list(rejected_answers(sample, split_answer(sample.messages)[0]))
    if not rejected:
        return ["no_rejected_answer"]
    wrong = any(m.role != "assistant" or any(p.image for p in m.parts) for turns in rejected for m in turns)
    return ["rejected_is_no_answer"] if wrong else []


def _messages(sample: Sample, messages: Sequence[Message]) -> list[dict[str, Any]]:
    return [{"role": m.role, "content": _content(sample, m)} for m in messages]


def _content(sample: Sample, message: Message) -> str | list[dict[str, Any]]:
    """A text, or parts where there are images or several texts."""
    if len(message.parts) == 1 and message.parts[0].text is not None:
        return message.parts[0].text
    return [
        {"type": "text", "text": p.text}
        if p.image is None
        else {"type": "image_url", "image_url": {"url": _data_uri(sample.image(p.image))}}
        for p in message.parts
    ]


def _data_uri(image: Image) -> str:
    return f"data:{image.media_type};base64,{base64.b64encode(image.data).decode()}"
