"""What a user may give to the recipe, checked before any work: tables, columns for charts, texts, photographs,
verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from mmrecipes.core.errors import InputError
from mmrecipes.formats.tabular import read_table
from mmrecipes.formats.tabular import remarks as remarks_of
from mmrecipes.recipes.qianfan_vl.document.task import own_texts
from mmrecipes.recipes.qianfan_vl.mathematics.solver import INPUT as SOLVED
from mmrecipes.recipes.qianfan_vl.mathematics.solver import moves_from
from mmrecipes.recipes.qianfan_vl.user_tables import undrawable_column
from mmrecipes.render.scene_text.photos import photo_files, text_can_be_looked_for
from mmrecipes.steps.review import read_verdicts


def check_inputs(inputs: Mapping[str, Path], tasks: Mapping[str, float]) -> Iterator[str]:
    """Remarks about inputs that can be used. Raises `InputError` for one that cannot, or that no task would use."""
    for name, path in inputs.items():
        if name == "verdicts":
            read_verdicts(path)
            continue
        used_by = {"backgrounds": "scene", SOLVED: "mathematics"}.get(name, name)
        if used_by not in tasks:
            raise InputError(
                f"--input {name}: the parameter tasks leaves {used_by}s out, so {path.name} would not be used"
            )
        yield from _CHECKS.get(name, _columns)(name, path)


def _columns(name: str, path: Path) -> Iterator[str]:
    table = read_table(path)
    if table.rows == 0:
        raise InputError(f"--input {name}: {path} has no rows")
    if problem := undrawable_column(path):
        raise InputError(f"--input {name}: {problem}")
    yield from (f"{name}: {line}" for line in remarks_of(table))


def _texts(name: str, path: Path) -> Iterator[str]:
    try:
        yield from (f"{name}: {line}" for line in own_texts(path).remarks())
    except InputError as e:
        raise InputError(f"--input {name}: {e}") from e


def _photographs(name: str, path: Path) -> Iterator[str]:
    """Nothing is looked for in the pictures yet; says what screening will not look for."""
    if not path.is_dir():
        raise InputError(f"--input {name}: {path} is not a folder of photographs")
    photo_files(path)
    if not text_can_be_looked_for():
        yield f"{name}: text in the photographs is not looked for (`pip install mmrecipes[ocr]` does)"


def _moves(name: str, path: Path) -> Iterator[str]:
    moves_from(path)
    return iter(())


_CHECKS = {SOLVED: _moves, "backgrounds": _photographs, "document": _texts}
