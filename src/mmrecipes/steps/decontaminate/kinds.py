"""What is known of a benchmark by its name: the pool its pictures come from, the text that can stand alone.

Covered: the table `benchmarks.toml`. Not covered: benchmarks it does not name; theirs is the default: pictures of their
own, a long question is evidence.
"""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

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
