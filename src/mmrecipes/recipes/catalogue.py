"""The catalogue: finding recipes, reading their cards, and loading the one that is asked for.

A recipe inside the package is a folder here with `card.toml` and `recipe.py`; the slug is the folder's name with
hyphens. A recipe of a user's own is one .py file whose card is a module-level `CARD` dict, or else its docstring.
Covered: cards without importing recipes, loading by slug or path, nearest names. Not covered: checking parameters
and inputs (see `flow/plan`).

A card has `title`, `summary` (one sentence), `version`, `family`, `tasks` (list), and tables: `paper` (`title`,
`authors`, `year`, `arxiv` or `url`), `inputs.NAME` (`help`, `required`, `example` as a path beside the card),
`claims` (list of what the recipe promises). Only `title` is required.
"""

from __future__ import annotations

import difflib
import functools
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmrecipes.core.errors import PlanError, UsageError

if TYPE_CHECKING:
    from mmrecipes.flow.recipe import LoadedRecipe

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Entry:
    """A recipe in the catalogue: its card is read, its code is not."""

    slug: str
    folder: Path
    card: dict[str, Any]


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Every recipe of the package, sorted by slug. Raises `PlanError` for a card that cannot be read."""
    folders = sorted(p.parent for p in FOLDER.glob("*/card.toml"))
    return tuple(Entry(f.name.replace("_", "-"), f, _read_card(f / "card.toml")) for f in folders)


def entry(slug: str) -> Entry:
    """The recipe with this slug; raises `UsageError` that names the nearest ones."""
    known = {e.slug: e for e in entries()}
    found = known.get(slug.replace("_", "-"))
    if found is None:
        raise UsageError(f"no recipe {slug!r}{did_you_mean(slug, known)}; `mmr list` shows them all")
    return found


def is_file(recipe: str | Path) -> bool:
    """True when a name on the command line means a user's own file rather than a slug."""
    return isinstance(recipe, Path) or recipe.endswith(".py") or "/" in recipe or "\\" in recipe


def load(recipe: str | Path) -> LoadedRecipe:
    """The recipe with this slug, or in this .py file, ready to run.

    Raises `UsageError` for an unknown slug or a missing file, `PlanError` for a file that cannot be imported.
    """
    return _load_file(Path(recipe)) if is_file(recipe) else _load_packaged(entry(str(recipe)))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """' (did you mean a or b?)' with at most three near names, or an empty string."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f" (did you mean {' or '.join(near)}?)" if near else ""


def card_folder(recipe: LoadedRecipe) -> Path:
    """Where paths in a recipe's card start from."""
    if recipe.location.endswith(".py"):
        return Path(recipe.location).parent
    return FOLDER / recipe.location.split(".")[-2]


def _load_packaged(found: Entry) -> LoadedRecipe:
    from mmrecipes.flow.recipe import LoadedRecipe

    location = f"mmrecipes.recipes.{found.folder.name}.recipe"
    return LoadedRecipe(found.slug, str(found.card.get("version", "1")), location, found.card)


def _load_file(path: Path) -> LoadedRecipe:
    from mmrecipes.flow.recipe import LoadedRecipe, load_module

    path = path.expanduser().resolve()
    if not path.is_file():
        raise UsageError(f"there is no file {path}; `mmr new NAME` writes a recipe to start from")
    module = load_module(str(path))
    slug = path.stem.replace("_", "-")
    card = getattr(module, "CARD", None)
    if card is None:
        card = _card_from_docstring(slug, module.__doc__ or "")
    if not isinstance(card, dict):
        raise PlanError(f"{path}: CARD must be a dict with at least a title, not {type(card).__name__}")
    return LoadedRecipe(slug, str(card.get("version", "1")), str(path), {"title": slug, **card})


def _card_from_docstring(slug: str, docstring: str) -> dict[str, Any]:
    title, _, rest = docstring.strip().partition("\n")
    return {"title": title.strip() or slug, "summary": " ".join(rest.split())}


def _read_card(path: Path) -> dict[str, Any]:
    try:
        card = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise PlanError(f"the card {path} cannot be read: {e}") from e
    if not isinstance(card.get("title"), str):
        raise PlanError(f"the card {path} has no title")
    return card
