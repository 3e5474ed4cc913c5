"""The user's own text files as prose: paragraphs of .txt and .md files, by language.

Covered: UTF-8 files at any depth of a folder; those in a folder named after a language code (`de/`, `zh/`) are in that
language, all others in English; paragraphs of plain text between blank lines, of Markdown the running text without
headings, lists, tables, code and quotations. A file or paragraph that cannot be used is left out and counted by its
reason. Not covered: other encodings, telling a text's language, other forms of documents.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mmrecipes.canvas.scripts import LANGUAGES, lacking
from mmrecipes.core.errors import InputError
from mmrecipes.core.text import normalised
from mmrecipes.render.corpora.texts import WITHOUT_BLANKS

SUFFIXES = (".txt", ".md")
MAX_FILE = 8 * 2**20
"""Bytes of the largest file that is read."""
MAX_TOTAL = 64 * 2**20
"""Bytes after which no more files are read."""
SHORTEST, LONGEST = 60, 900
"""Characters of a paragraph (a third of them in languages without blanks); longer ones are cut after sentences."""
_JOINERS = "\u200c\u200d"
"""Formatting characters that words of Persian and of Indic scripts are spelt with."""
_SENTENCE_END = re.compile(r"(?<=[.!?…।])(?=\s)|(?<=[。！？])(?![」』”’）])")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph; `file` is relative to the folder, `number` counts its paragraphs from 1."""

    text: str
    file: str
    number: int


@dataclass(slots=True)
class OwnTexts:
    """Passages by language in the order of files and paragraphs, and what was left out, by reason: files by name,
    paragraphs counted."""

    passages: dict[str, tuple[Passage, ...]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    paragraphs: Counter[str] = field(default_factory=Counter)

    def remarks(self) -> Iterator[str]:
        """What was left out, in words for the user."""
        yield from (f"{name} is left out: {reason}" for name, reason in self.files.items())
        if self.paragraphs:
            counted = ", ".join(f"{n} {reason}" for reason, n in sorted(self.paragraphs.items()))
            kept = sum(map(len, self.passages.values()))
            yield f"{kept} paragraphs are used, {self.paragraphs.total()} left out ({counted})"


def read_own_texts(folder: Path) -> OwnTexts:
    """All usable paragraphs of a folder. Raises `InputError` for something that is no folder, holds no text file, or
    of which no paragraph can be used, and for a file that may not be read; `FontError` naming the Debian package for
    texts in a language whose fonts are missing."""
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder of text files")
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    if not files:
        raise InputError(f"{folder} holds no file ending in {' or '.join(SUFFIXES)}")
    found, total = OwnTexts(), 0
    kept: dict[str, list[Passage]] = {}
    for path in files:
        name, size = path.relative_to(folder).as_posix(), path.stat().st_size
        if size > MAX_FILE or total + size > MAX_TOTAL:
            found.files[name] = f"larger than {MAX_FILE >> 20} MB" if size > MAX_FILE else "enough has been read"
            continue
        total += size
        text, reason = _decoded(path)
        if reason:
            found.files[name] = reason
            continue
        language = next((part for part in path.relative_to(folder).parts[:-1] if part in LANGUAGES), "en")
        passages = _passages(text, name, language, found.paragraphs)
        if passages:
            kept.setdefault(language, []).extend(passages)
        else:
            found.files[name] = "no usable paragraph"
    if not kept:
        raise InputError(f"no paragraph of {folder} can be used: {'; '.join(found.remarks())}")
    found.passages = {language: tuple(passages) for language, passages in kept.items()}
    return found


def _decoded(path: Path) -> tuple[str, str]:
    """The text of a file, and why there is none."""
    try:
        raw = path.read_bytes()
    except OSError as e:
        raise InputError(f"{path} cannot be read: {e.strerror}") from e
    if not raw.strip():
        return "", "empty"
    if b"\0" in raw:
        return "", "binary"
    try:
        return raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError as e:
        return "", f"not UTF-8 (byte {e.start})"


def _passages(text: str, file: str, language: str, left_out: Counter[str]) -> list[Passage]:
    text = normalised(text)
    paragraphs = _markdown(text) if file.lower().endswith(".md") else re.split(r"\n\s*\n", text)
    found: list[Passage] = []
    dense = language in WITHOUT_BLANKS
    for number, paragraph in enumerate(paragraphs, 1):
        lines = paragraph.splitlines()
        said = " ".join(("" if dense else " ").join(line.strip() for line in lines).split())
        for part in _cut(said, LONGEST // 3 if dense else LONGEST):
            if reason := _unfit(part, language, SHORTEST // 3 if dense else SHORTEST):
                left_out[reason] += 1
            else:
                found.append(Passage(part, file, number))
    return found


def _unfit(text: str, language: str, shortest: int) -> str:
    if len(text) < shortest:
        return "too short"
    if any(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn", "Cs") and c not in _JOINERS for c in text):
        return "with control characters"
    if max(map(len, text.split())) > 60 and language not in (*WITHOUT_BLANKS, "th"):
        return "with words that fit no line"
    return "in letters that no font sets" if lacking([text], language) else ""


def _cut(text: str, longest: int) -> list[str]:
    """A paragraph in parts of whole sentences, none longer than `longest` unless one sentence is."""
    parts = [""]
    for sentence in _SENTENCE_END.split(text):
        if len(parts[-1]) + len(sentence) <= longest:
            parts[-1] += sentence
        else:
            parts.append(sentence.lstrip())
    return [p for p in parts if p and len(p) <= 2 * longest]


def _markdown(text: str) -> Iterator[str]:
    """The running text of Markdown: paragraphs outside lists and quotations, without marks of emphasis and links."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for before, token in itertools.pairwise(tokens):
        if before.type == "paragraph_open" and before.level == 0 and token.type == "inline":
            yield "".join("\n" if t.type.endswith("break") else t.content for t in token.children or ()
                          if t.type in ("text", "code_inline", "softbreak", "hardbreak"))  # fmt: skip
