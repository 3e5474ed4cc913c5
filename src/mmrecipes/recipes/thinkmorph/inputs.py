"""What a user may give, checked before any work: a folder of pictures for jigsaws, annotated
pictures for searches and charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from mmrecipes.core.errors import InputError
from mmrecipes.recipes.thinkmorph.given.rows import INPUT, TASKS, Row, read_rows
from mmrecipes.recipes.thinkmorph.jigsaw.puzzle import LEAST_SIDE
from mmrecipes.render.scene_text.photos import photo_files

_USED_BY = {"image": ("jigsaw",), INPUT: TASKS}


def check_inputs(inputs: Mapping[str, Path], tasks: Mapping[str, float]) -> Iterator[str]:
    """Remarks on inputs that can be used. Raises `InputError` for one that cannot, or that no task would use."""
    for name, path in inputs.items():
        if not set(_USED_BY[name]) & set(tasks):
            left = " and ".join(_USED_BY[name])
            raise InputError(f"--input {name}: the parameter tasks leaves {left} out, so it would not be used")
        yield from _annotated(name, path) if name == INPUT else _pictures(name, path)


def given_rows(inputs: Mapping[str, Path], tasks: Mapping[str, float]) -> dict[str, tuple[Row, ...]]:
    """The lines that were brought, of the tasks that are made."""
    return {t: rows for t, rows in read_rows(inputs[INPUT]).items() if t in tasks} if INPUT in inputs else {}


def _annotated(name: str, file: Path) -> Iterator[str]:
    wrong = [r for rows in read_rows(file).values() for r in rows if r.wrong]
    if wrong:
        yield f"{name}: {len(wrong)} lines cannot be used; line {wrong[0].number}: {wrong[0].wrong}"


def _pictures(name: str, folder: Path) -> Iterator[str]:
    from PIL import Image, UnidentifiedImageError

    if not folder.is_dir():
        raise InputError(f"--input {name}: {folder} is not a folder of pictures")
    files, unusable = photo_files(folder), []
    for file in files:
        try:
            with Image.open(file) as picture:
                if min(picture.size) < LEAST_SIDE:
                    unusable.append(f"{file.name} is {picture.width}x{picture.height}, {LEAST_SIDE} are needed")
        except (OSError, UnidentifiedImageError):
            unusable.append(f"{file.name} cannot be read")
    if len(unusable) == len(files):
        raise InputError(f"--input {name}: no picture of {folder} can be used; {unusable[0]}")
    if unusable:
        yield f"{name}: {len(unusable)} of {len(files)} pictures cannot be used; {unusable[0]}"
