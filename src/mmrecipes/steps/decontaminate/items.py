"""A benchmark's rows as items: question, options, answers, captions, pictures, ids of the pools they come from; and
what is known of a benchmark by its name (`benchmarks.toml`): that pool, and the text that can stand alone.

Covered: rows with turns (one item per user turn) and rows whose reader left the columns in `meta` (`question`,
`options`, `A` to `J`, `answer`, captions by name). Benchmarks that the table does not name have pictures of their
own, and a long question of theirs is evidence. Not covered: benchmarks whose questions lie in another file.
"""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mmrecipes.core.image import FileRange, Image
from mmrecipes.core.sample import Sample
from mmrecipes.steps.decontaminate.reading import all_images
from mmrecipes.steps.decontaminate.source_ids import ids_in_fields, ids_in_path, ids_of_pool
from mmrecipes.steps.decontaminate.wording import stem_and_options, word_list

_QUESTIONS = ("question", "query", "problem", "prompt", "instruction", "question_text", "text")
_ANSWERS = ("answer", "answers", "label", "gt_answer", "multiple_choice_answer", "correct_answer", "solution", "gt")
_OPTIONS = ("options", "choices", "multi-choice options", "mc_options")
_LETTERS = "ABCDEFGHIJ"
_CAPTION = ("caption", "sentence", "expression", "phrase")


TextRule = Literal[
    "none", "question", "question_and_options", "question_or_options", "with_image", "expression", "caption",
    "caption_pair",
]  # fmt: skip
"""Which text is evidence without the picture. `none` and `with_image`: no text is (of `with_image` also a long question
counts once the picture matches); `expression`: a text of six words or more together with the picture; `caption`: one
caption of six words or more; `caption_pair`: such a caption, or both of a pair in one sample."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a benchmark's evidence is read."""

    pool: str = ""
    text: TextRule = "question"
    image_alone: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a benchmark asks. `images` are all that it shows, `row` is where it was read."""

    id: str
    row: int
    question: str = ""
    options: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    sources: frozenset[str] = frozenset()
    split: str = ""


def kind_of(name: str) -> Kind:
    """The kind of the benchmark with this name, by the longest known beginning."""
    plain = _plain(name)
    found = [(len(begin), kind) for begin, kind in _table() if plain.startswith(begin)]
    return max(found, key=lambda f: f[0])[1] if found else Kind()


@functools.cache
def _table() -> tuple[tuple[str, Kind], ...]:
    value: dict[str, Any] = tomllib.loads(Path(__file__).with_name("benchmarks.toml").read_text(encoding="utf-8"))
    return tuple(
        (_plain(name), Kind(**{k: v for k, v in entry.items() if k != "names"}))
        for entry in value["benchmark"]
        for name in entry["names"]
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def items_of(sample: Sample, row: int, kind: Kind) -> Iterator[Item]:
    """The items of a benchmark's row: one per user turn, one when it has none."""
    meta = sample.meta
    sources = frozenset(source_ids(sample) | _pool_ids(sample, kind))
    images = all_images(sample)
    captions = tuple(_captions(sample, kind))
    asked = list(_asked(sample)) or [(_first(meta, _QUESTIONS), ())]
    for number, (text, said) in enumerate(asked):
        stem, listed = stem_and_options(text)
        options = _options(meta) or listed
        answers = _answers((*said, *_texts(_first_value(meta, _ANSWERS))), options)
        split = str(meta.get("split") or sample.split)
        name = sample.id if len(asked) == 1 else f"{sample.id}.{number}"
        yield Item(name, row, stem, options, answers, captions, images, sources, split)


def words_in(sample: Sample, image: str) -> frozenset[str]:
    """The words that a picture (by hash) is known to hold: the texts of the sample's regions in it."""
    return frozenset(w for r in sample.regions if r.ref == image for w in word_list(r.text))


def source_ids(sample: Sample) -> set[str]:
    """The pool ids that a sample's fields and the files of its pictures name."""
    found = set(ids_in_fields({"meta": sample.meta, "truth": sample.truth, "id": sample.id, "source": sample.source}))
    for image in all_images(sample):
        if isinstance(image.source, FileRange):
            found.update(_ids_of_file(image.source.path))
    return found


def _ids_of_file(path: Path) -> Iterator[str]:
    yield from ids_in_path("/".join(path.parts[-4:]))


def _pool_ids(sample: Sample, kind: Kind) -> set[str]:
    """Bare numbers where a benchmark of this pool keeps them."""
    if not kind.pool:
        return set()
    values = [sample.meta.get(name) for name in ("image_id", "imageId", "img_id", "image_file", "file_name")]
    return {found for value in values for found in ids_of_pool(kind.pool, value)}


def _asked(sample: Sample) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each user turn with the answer that follows."""
    for at, message in enumerate(sample.messages):
        if message.role == "user" and message.text.strip():
            following = sample.messages[at + 1] if at + 1 < len(sample.messages) else None
            said = following.text if following is not None and following.role == "assistant" else ""
            yield message.text, (said,) if said.strip() else ()


def _answers(texts: Sequence[str], options: tuple[str, ...]) -> tuple[str, ...]:
    """The answers, a bare letter also as the option it names."""
    found: dict[str, None] = {}
    for text in texts:
        found[text] = None
        letter = text.strip(" ().").upper()
        if len(letter) == 1 and letter in _LETTERS[: len(options)]:
            found[options[_LETTERS.index(letter)]] = None
    return tuple(found)


def _options(meta: Mapping[str, Any]) -> tuple[str, ...]:
    for name in _OPTIONS:
        if listed := _texts(_parsed(meta.get(name))):
            return listed
    lettered = [meta.get(letter) for letter in _LETTERS]
    return tuple(str(o) for o in lettered if isinstance(o, (str, int, float)) and str(o) not in ("", "nan"))


def _captions(sample: Sample, kind: Kind) -> Iterator[str]:
    if kind.text not in ("caption", "caption_pair", "expression"):
        return
    for name, value in sample.meta.items():
        if any(part in name.lower() for part in _CAPTION) or name.lower() in ("positive", "negative", "true", "false"):
            yield from _texts(_parsed(value))
    for message in (*sample.messages, *(m for a in sample.alternatives for m in a.messages)):
        if message.text.strip():
            yield message.text
    for region in sample.regions:
        if region.text or region.label:
            yield region.text or region.label


def _first(meta: Mapping[str, Any], names: Sequence[str]) -> str:
    value = _first_value(meta, names)
    return value if isinstance(value, str) else ""


def _first_value(meta: Mapping[str, Any], names: Sequence[str]) -> Any:
    by_name = {str(k).lower(): v for k, v in meta.items()}
    return next((by_name[n] for n in names if by_name.get(n) not in (None, "")), None)


def _parsed(value: Any) -> Any:
    """A list that was written as Python or JSON text (as MMMU's options are) as that list."""
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        try:
            return ast.literal_eval(value)
        except (ValueError, SyntaxError):
            return value
    return value


def _texts(value: Any) -> tuple[str, ...]:
    """Texts of a text, number, list (of texts or of objects with an `answer`), or mapping by letter."""
    if isinstance(value, bool) or value is None:
        return ()
    if isinstance(value, (str, int, float)):
        return (str(value),) if str(value).strip() else ()
    if isinstance(value, Mapping):
        own = [value[k] for k in ("answer", "text", "raw", "sent") if k in value]
        return tuple(t for v in (own or value.values()) for t in _texts(v))
    if isinstance(value, Sequence):
        return tuple(t for v in value for t in _texts(v))
    return ()
