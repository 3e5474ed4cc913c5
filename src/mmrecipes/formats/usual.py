"""What people call the columns and keys of a picture, a question, an answer: the usual names, in order of preference.

Covered: names alone. Not covered: what a column of such a name holds (see `hf_parquet`, `json_pairs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

USUAL: Mapping[str, tuple[str, ...]] = {
    "image": ("images", "image", "img", "picture", "jpg", "png"),
    "conversation": ("conversations", "conversation", "messages", "dialog", "chat"),
    "question": ("question", "query", "problem", "instruction", "prompt", "user"),
    "answer": ("answer", "answers", "multiple_choice_answer", "label", "solution", "output", "response", "assistant"),
    "choices": ("choices", "options"),
    "caption": ("caption", "captions", "text", "description", "alt_text", "sentences"),
}
PATHS = ("image_path", "img_path", "image_file", "file_name", "filename", "filepath", "path")
"""Of several columns that name picture files, those that are taken first."""


def two_readings(keys: Iterable[str]) -> tuple[str, ...]:
    """The first role that several of the keys may play, before these keys; nothing where each has one reading."""
    names = {k.lower(): k for k in keys}
    for role in ("question", "answer", "caption"):
        found = tuple(names[n] for n in USUAL[role] if n in names)
        if len(found) > 1:
            return (role, *found)
    return ()
