"""Tables of questions, captions or conversations with images, whatever their columns are called.

Covered: Parquet and saved data sets with `image`, `images` or numbered columns, and `question` with `answer(s)`,
`choices`, or `conversations`, or `caption`/`text`; or images alone. Which column is taken for what is the first of the
usual names, shown by `mmr inspect` and changed by the options (`question=prompt_text`). Choices become lettered lines
below the question and the answer becomes its letter; a question with several answers has the most frequent one in the
conversation; all answers and choices are kept in `truth`. Several captions: the first is the answer, all are kept.
A caption answers its image, without a request: none is invented.
Not covered: pixel arrays, URLs, answers that are boxes.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from mmrecipes.core.errors import UsageError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Part, Sample, assistant
from mmrecipes.formats.image_cells import each_once, images_of, pictures_beside
from mmrecipes.formats.look import Look
from mmrecipes.formats.parquet_rows import RowTable, as_json, element, first_types, holds_bytes, is_image
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.row_messages import PLACEHOLDER, messages_of, parts_of, with_images_first
from mmrecipes.formats.table_samples import Shape, TableSamples, TableSource, Types

USUAL: Mapping[str, tuple[str, ...]] = {
    "image": ("images", "image", "img", "picture", "jpg", "png"),
    "conversation": ("conversations", "conversation", "messages", "dialog", "chat"),
    "question": ("question", "query", "problem", "instruction", "prompt", "user"),
    "answer": ("answer", "answers", "multiple_choice_answer", "label", "solution", "output", "response", "assistant"),
    "choices": ("choices", "options"),
    "caption": ("caption", "captions", "text", "description", "alt_text", "sentences"),
}
OPTIONS = {role: f"column of the {role}; usual names: {', '.join(names)}" for role, names in USUAL.items()}
_NUMBERED = re.compile(r"(?:image|img|picture)_?(\d+)")


def hf_shape(types: Types, settings: Mapping[str, str]) -> Shape | None:
    """How rows with these columns become samples, where `settings` name the column of a role; None when there is
    nothing to make one of. Raises `UsageError` for a column that does not exist."""
    if missing := sorted(set(settings.values()) - set(types)):
        raise UsageError(f"there is no column {', '.join(missing)}; columns are {', '.join(types)}")
    chosen = {role: settings.get(role) or _usual(role, types) for role in USUAL}
    images = _image_columns(chosen["image"], types)
    columns = {role: c for role, c in chosen.items() if c and role != "image"}
    spoken = _spoken(columns, settings, bool(images))
    if spoken is None and not images:
        return None
    used = {columns[r]: _said(r) for r in (spoken or ())}
    convert = partial(_convert, images=images, columns={r: columns[r] for r in (spoken or ())})
    return Shape({**dict.fromkeys(images, "images"), **used}, convert)


def _usual(role: str, types: Types) -> str:
    names = {c.lower(): c for c, kind in types.items() if role != "image" or _may_name_images(kind)}
    return next((names[n] for n in USUAL[role] if n in names), "")


def _image_columns(named: str, types: Types) -> tuple[str, ...]:
    """The column of images; or the numbered ones in order of their numbers; or those that can be nothing else."""
    if named:
        return (named,)
    found = {c: _NUMBERED.fullmatch(c.lower()) for c, kind in types.items() if _may_name_images(kind)}
    numbered = {c: int(m[1]) for c, m in found.items() if m}
    return tuple(sorted(numbered, key=lambda c: numbered[c])) or tuple(c for c in types if is_image(types[c]))


def _may_name_images(kind: pa.DataType | None) -> bool:
    """Whether values of the type may be images: bytes or paths, or lists of them."""
    kind = element(kind)
    return kind is None or holds_bytes(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _spoken(columns: Mapping[str, str], settings: Mapping[str, str], pictured: bool) -> tuple[str, ...] | None:
    """The roles that make up the conversation; those named come before the usual ones. Text without images is no
    caption."""
    ways = (("conversation",), ("question", "answer"), *((("caption",),) if pictured else ()))
    possible = [way for way in ways if all(r in columns for r in way)]
    possible.sort(key=lambda way: not any(r in settings for r in way))
    if not possible:
        return None
    return (*possible[0], "choices") if possible[0][0] == "question" and "choices" in columns else possible[0]


def _said(role: str) -> str:
    kept = {"answer": "messages: the answer; truth", "choices": "messages: lettered below the question; truth"}
    return kept.get(role, "messages" if role == "conversation" else f"messages: the {role}")


def _convert(
    row: Mapping[str, Any], base: Sample, pictures: Pictures, *, images: tuple[str, ...], columns: Mapping[str, str]
) -> Sample:
    held = [im for c in images for im in images_of(row.get(c), pictures)]
    base = base.having(images=each_once(held))
    if not columns:
        if not held:
            raise RowError("no_image", "the row has no image, and no column of text is known")
        return base.having(kind="record")
    if "conversation" in columns:
        return base.having(messages=messages_of(row.get(columns["conversation"]), held))
    if "caption" in columns:
        return captioned(base, held, row.get(columns["caption"]))
    choices = row.get(columns["choices"]) if "choices" in columns else None
    return answered(base, held, row.get(columns["question"]), row.get(columns["answer"]), choices)


def captioned(base: Sample, images: list[Image], cell: Any) -> Sample:
    """The images and the caption that answers them; of a list the first, all are kept in `truth.captions`. Raises
    `RowError` `no_caption`."""
    captions = [c for c in (cell if isinstance(cell, list) else [cell]) if isinstance(c, str) and c.strip()]
    if not captions:
        raise RowError("no_caption", "the caption is empty")
    truth = {"captions": captions} if isinstance(cell, list) else {}
    asked = (Message("user", tuple(Part(image=im.sha256) for im in images)),) if images else ()
    return base.having(messages=(*asked, assistant(captions[0])), truth=truth)


def answered(base: Sample, images: list[Image], question: Any, answer: Any, choices: Any) -> Sample:
    """Images, question and answer as two turns, with `truth` as the module says. Raises `RowError`: `no_question`,
    `no_answer`, `bad_choice`, `too_many_choices`, those of `with_images_first`."""
    if not isinstance(question, str) or not question.strip():
        raise RowError("no_question", "the question is empty")
    truth: dict[str, Any] = {}
    if isinstance(choices, list) and choices:
        truth["choices"] = as_json(choices)
        letters = string.ascii_uppercase[: len(choices)]
        if len(letters) < len(choices):
            raise RowError("too_many_choices", f"{len(choices)} choices; letters reach to 26")
        question = "\n".join([question, *(f"{x}. {c}" for x, c in zip(letters, choices, strict=True))])
        text = _letter(answer, choices)
    else:
        text = _most_frequent(answer)
    truth["answers" if isinstance(answer, list) else "answer"] = as_json(answer)
    return base.having(messages=(*_asked(question, images), assistant(text)), truth=truth)


def _asked(question: str, images: list[Image]) -> tuple[Message, ...]:
    if question.count(PLACEHOLDER) == len(images):
        return (Message("user", tuple(parts_of(question, iter(images)))),)
    return with_images_first((Message("user", (Part(text=question),)),), images)


def _letter(answer: Any, choices: list[Any]) -> str:
    """The letter of an answer given as a letter, as a place from 0, or as the text of a choice."""
    if isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer < len(choices):
        return string.ascii_uppercase[answer]
    if isinstance(answer, str):
        bare = answer.strip().strip("().").upper()
        if len(bare) == 1 and bare in string.ascii_uppercase[: len(choices)]:
            return bare
        if choices.count(answer) == 1:
            return string.ascii_uppercase[choices.index(answer)]
    raise RowError("bad_choice", f"the answer {answer!r} is none of {len(choices)} choices")


def _most_frequent(answer: Any) -> str:
    """The answer, or the most frequent of a list (of texts, or of objects with `answer`), the first one of equals."""
    given = answer if isinstance(answer, list) else [answer]
    texts = [a.get("answer") if isinstance(a, Mapping) else a for a in given]
    counts = Counter(str(t) for t in texts if t is not None and str(t).strip())
    if not counts:
        raise RowError("no_answer", "the answer is empty")
    return counts.most_common(1)[0][0]


def _recognises(look: Look) -> str:
    shape = hf_shape(first_types(look), {})
    return f"columns {', '.join(shape.becomes)}" if shape else ""


def _open(path: Path, options: ReadOptions) -> Rows:
    table = RowTable(path)
    shape = hf_shape(table.types, options.settings)
    if shape is None:
        raise UsageError(
            f"{path}: no column is known for an image, a question with its answer, a conversation or a caption; "
            f"columns are {', '.join(table.types)}. Name them, for example question=COLUMN and answer=COLUMN"
        )
    return TableSamples(TableSource(table), shape, pictures_beside(path, options.images))


READERS = (
    Reader(
        "hf",
        "Parquet or saved data sets with images and questions, conversations or captions, columns named as you like",
        _recognises,
        _open,
        rank=60,
        options=OPTIONS,
    ),
)
