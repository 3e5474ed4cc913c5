"""Tables of questions, captions or conversations with images, whatever their columns are called.

Covered: Parquet and saved data sets with `image`, `images` or numbered columns, and `question` with `answer(s)`,
`choices`, or `conversations`, or `caption`/`text`; or images alone. Which column is taken for what is the first of the
usual names, shown by `mmr inspect` and changed by the options (`question=prompt_text`). Choices become lettered lines
below the question and the answer becomes its letter; choices may be a text that spells a list (`['a', 'b']`). Marks
like `<image 2>` are the places of numbered images. A column whose first cells name picture files is a column of
images, whatever it is called. A question with several answers has the most frequent one in the
conversation; all answers and choices are kept in `truth`. Several captions: the first is the answer, all are kept.
A caption answers its image, without a request: none is invented.
Not covered: pixel arrays, URLs, answers that are boxes.
"""

from __future__ import annotations

import ast
import json
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Part, Sample, assistant
from mmrecipes.formats.image_cells import each_once, images_of, pictures_beside
from mmrecipes.formats.look import PICTURES, Look
from mmrecipes.formats.parquet_rows import RowTable, as_json, element, first_types, holds_bytes, is_image
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.row_messages import PLACEHOLDER, between, messages_of, parts_of, with_images_first
from mmrecipes.formats.table_samples import SHARED, Shape, TableSamples, TableSource, Types
from mmrecipes.formats.usual import PATHS, USUAL

OPTIONS = {role: f"column of the {role}; usual names: {', '.join(names)}" for role, names in USUAL.items()}
_NUMBERED = re.compile(r"(?:image|img|picture)_?(\d+)")
_MARK = re.compile(r"<image[ _]?(\d+)>")
_LOOKED_AT = 5
"""Rows in whose cells names of pictures are looked for."""
_LONGEST_LIST = 100_000
"""Characters of a text that is tried as a list."""


def hf_shape(types: Types, settings: Mapping[str, str], naming: Sequence[str] = ()) -> Shape | None:
    """How rows with these columns become samples, where `settings` name the column of a role and `naming` are columns
    whose cells name picture files; None when there is nothing to make one of. Raises `UsageError` for a column that
    does not exist."""
    if missing := sorted(set(settings.values()) - set(types)):
        raise UsageError(f"there is no column {', '.join(missing)}; columns are {', '.join(types)}")
    chosen = {role: settings.get(role) or _usual(role, types) for role in USUAL}
    images = _image_columns(chosen["image"], types) or tuple(naming[:1])
    columns = {role: c for role, c in chosen.items() if c and role != "image"}
    spoken = _spoken(columns, settings, bool(images))
    if spoken is None and not images:
        return None
    used = {columns[r]: _said(r, types[columns[r]]) for r in (spoken or ())}
    convert = partial(_convert, images=images, columns={r: columns[r] for r in (spoken or ())})
    return Shape({**dict.fromkeys(images, "images"), **used}, convert, _not_found(images, spoken))


def _not_found(images: Sequence[str], spoken: Sequence[str] | None) -> tuple[str, ...]:
    """Remarks on what the rows will lack."""
    no_images = "no column of images is known, the rows are text alone; name one with --read image=COLUMN"
    no_text = (
        "no question with its answer, conversation or caption is known, the rows are images alone; name their columns "
        "with --read question=COLUMN --read answer=COLUMN"
    )
    return (no_images,) * (not images) + (no_text,) * (spoken is None)


def naming_pictures(rows: Iterable[Mapping[str, Any]], types: Types) -> tuple[str, ...]:
    """The columns of text in which all cells of these rows that hold something name picture files, those of `PATHS`
    (of which one cell is enough) first."""
    seen = [{c: v for c, v in row.items() if v not in (None, "")} for row in rows]
    cells = {c: [row[c] for row in seen if c in row] for c, kind in types.items() if _is_text(kind) and c not in SHARED}
    enough = {c: any if c.lower() in PATHS else all for c in cells}
    found = [c for c, held in cells.items() if held and enough[c](map(_names_picture, held))]
    return tuple(sorted(found, key=lambda c: PATHS.index(c.lower()) if c.lower() in PATHS else len(PATHS)))


def _names_picture(cell: Any) -> bool:
    return isinstance(cell, str) and "://" not in cell and PurePosixPath(cell).suffix.lower() in PICTURES


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
    return kind is None or holds_bytes(kind) or _is_text(kind)


def _is_text(kind: pa.DataType | None) -> bool:
    return kind is not None and (pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _spoken(columns: Mapping[str, str], settings: Mapping[str, str], pictured: bool) -> tuple[str, ...] | None:
    """The roles that make up the conversation; those named come before the usual ones. Text without images is no
    caption."""
    ways = (("conversation",), ("question", "answer"), *((("caption",),) if pictured else ()))
    possible = [way for way in ways if all(r in columns for r in way)]
    possible.sort(key=lambda way: not any(r in settings for r in way))
    if not possible:
        return None
    return (*possible[0], "choices") if possible[0][0] == "question" and "choices" in columns else possible[0]


def _said(role: str, kind: pa.DataType | None) -> str:
    lettered = "messages: lettered below the question; truth"
    lettered = f"{lettered}; meta where the text is no list" if _is_text(kind) else lettered
    kept = {"answer": "messages: the answer; truth", "choices": lettered}
    return kept.get(role, "messages" if role == "conversation" else f"messages: the {role}")


def _convert(
    row: Mapping[str, Any], base: Sample, pictures: Pictures, *, images: tuple[str, ...], columns: Mapping[str, str]
) -> Sample:
    cells = {c: images_of(row.get(c), pictures) for c in images}
    held = [im for found in cells.values() for im in found]
    base = base.having(images=each_once(held))
    if not columns:
        if not held:
            raise RowError("no_image", "the row has no image, and no column of text is known")
        return base.having(kind="record")
    if "conversation" in columns:
        return base.having(messages=messages_of(row.get(columns["conversation"]), held))
    if "caption" in columns:
        return captioned(base, held, row.get(columns["caption"]))
    given = row.get(columns["choices"]) if "choices" in columns else None
    choices = listed(given)
    if given and choices is None:
        base = base.having(meta={**base.meta, columns["choices"]: as_json(given)})
    question = row.get(columns["question"])
    return answered(base, held, question, row.get(columns["answer"]), choices, _numbered(cells))


def _numbered(cells: Mapping[str, Sequence[Image]]) -> dict[int, Image]:
    """The images by the number that a mark in the text calls them: that of their column, else their place from 1."""
    named = {c: _NUMBERED.fullmatch(c.lower()) for c in cells}
    if all(named.values()):
        return {int(m[1]): cells[c][0] for c, m in named.items() if m and cells[c]}
    return dict(enumerate((im for found in cells.values() for im in found), 1))


def listed(cell: Any) -> list[Any] | None:
    """A list, or the list of texts and numbers that a text spells in JSON or Python; None where it is neither."""
    if isinstance(cell, list):
        return cell
    if not isinstance(cell, str) or len(cell) > _LONGEST_LIST or not cell.lstrip().startswith("["):
        return None
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(cell.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list) and all(isinstance(v, str | int | float) for v in value):
            return value
    return None


def captioned(base: Sample, images: list[Image], cell: Any) -> Sample:
    """The images and the caption that answers them; of a list the first, all are kept in `truth.captions`. Raises
    `RowError` `no_caption`."""
    captions = [c for c in (cell if isinstance(cell, list) else [cell]) if isinstance(c, str) and c.strip()]
    if not captions:
        raise RowError("no_caption", "the caption is empty")
    truth = {"captions": captions} if isinstance(cell, list) else {}
    asked = (Message("user", tuple(Part(image=im.sha256) for im in images)),) if images else ()
    return base.having(messages=(*asked, assistant(captions[0])), truth=truth)


def answered(
    base: Sample,
    images: list[Image],
    question: Any,
    answer: Any,
    choices: Any,
    numbered: Mapping[int, Image] = MappingProxyType({}),
) -> Sample:
    """Images, question and answer as two turns, with `truth` as the module says; `numbered` are the images that marks
    in the question name. Raises `RowError`: `no_question`, `no_answer`, `bad_choice`, `too_many_choices`,
    `placeholder_mismatch` for a mark without an image, those of `with_images_first`."""
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
    return base.having(messages=(*_asked(question, images, numbered), assistant(text)), truth=truth)


def _asked(question: str, images: list[Image], numbered: Mapping[int, Image]) -> tuple[Message, ...]:
    if numbered and (marks := [int(n) for n in _MARK.findall(question)]):
        if missing := sorted(set(marks) - set(numbered)):
            raise RowError("placeholder_mismatch", f"there is no image {missing[0]}, which the question marks")
        marked = Message("user", tuple(between(_MARK.split(question)[::2], iter([numbered[n] for n in marks]))))
        shown = {numbered[n].sha256 for n in marks}
        return with_images_first((marked,), [im for im in images if im.sha256 not in shown])
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
    counts = Counter(str(t) for t in map(as_json, texts) if t is not None and str(t).strip())
    if not counts:
        raise RowError("no_answer", "the answer is empty")
    return counts.most_common(1)[0][0]


def _recognises(look: Look) -> str:
    types = first_types(look)
    shape = hf_shape(types, {}) or hf_shape(types, {}, _naming_pictures_in(look.path) if types else ())
    return f"columns {', '.join(shape.becomes)}" if shape else ""


def _naming_pictures_in(path: Path) -> tuple[str, ...]:
    """As `naming_pictures`, of the rows at a path; none where they cannot be read."""
    try:
        table = RowTable(path)
        return naming_pictures(_first_rows(table), table.types)
    except InputError:
        return ()


def _first_rows(table: RowTable) -> Iterator[dict[str, Any]]:
    """The first rows that can be read; why others cannot is said when they are asked for."""
    for index in range(min(len(table), _LOOKED_AT)):
        with suppress(RowError):
            yield table.row(index)


def hf_table(path: Path, options: ReadOptions, otherwise: Shape | None = None) -> Rows:
    """The rows at a path; in the shape `otherwise` when no column is known. Raises `UsageError` when there is none."""
    table = RowTable(path)
    shape = hf_shape(table.types, options.settings, naming_pictures(_first_rows(table), table.types)) or otherwise
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
        hf_table,
        rank=60,
        options=OPTIONS,
    ),
)
