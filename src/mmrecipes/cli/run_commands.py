"""`mmr run` and `mmr preview`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mmrecipes.cli.options import parse_inputs, parse_settings, recipe_options

if TYPE_CHECKING:
    from mmrecipes.api import Run

RUN_EPILOG = """\b
Examples:
  mmr run qianfan-vl --out data --n 300
  mmr run qianfan-vl --out mine --input table=prices.csv --input chart=prices.csv --n 200
  mmr run qwen-vl-grounding --out boxes --input annotations/instances.json
  mmr run qwen-vl-grounding --out boxes --input example
  mmr run ./mine.py --out data --n 50 --set colours='["red","blue"]'

\b
The same command again goes on where it stopped; a larger --n grows the run.
Exit codes: 0 done, 2 wrong usage or plan refused, 3 finished with errors or short,
130 interrupted.
"""


@click.command(epilog=RUN_EPILOG)
@click.argument("recipe", metavar="SLUG|./mine.py")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR",
              help="Folder of the run; the dataset, the report and the ledger are in it.")  # fmt: skip
@click.option("--n", "n", type=click.IntRange(min=1), metavar="N",
              help="Accepted samples wanted. Default: every row of the input, 100 without one.")  # fmt: skip
@recipe_options
def run(recipe: str, out: Path, n: int | None, **options: Any) -> int:
    """Run a recipe: a dataset that trainers open, and a report."""
    from mmrecipes.cli.summary import summary

    done = _run(recipe, out, n, **options)
    click.echo(summary(done))
    return done.exit_code


PREVIEW_EPILOG = """\b
Examples:
  mmr preview qianfan-vl
  mmr preview qianfan-vl --set task=chart --seed 3
  mmr preview ./mine.py --n 20
"""


@click.command(epilog=PREVIEW_EPILOG)
@click.argument("recipe", metavar="SLUG|./mine.py")
@click.option("--n", "n", type=click.IntRange(1, 200), default=8, show_default=True, help="Samples to make.")
@recipe_options
def preview(recipe: str, n: int, **options: Any) -> int:
    """Make a few samples and show them as a page; keep nothing else.

    A recipe that needs an input gets its own example when none is given. The page opens in a browser where there is a
    display.
    """
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="mmr-preview-") as folder:
        if not options["inputs"]:
            options["inputs"] = _needed_examples(recipe)
        done = _run(recipe, Path(folder) / "run", n, **options)
        page = Path(tempfile.gettempdir()) / f"mmr-preview-{Path(recipe).stem}-{Path(folder).name[-8:]}.html"
        shutil.copyfile(done.report, page)
    click.echo(f"{done.accepted:,} samples: {page}")
    _open(page)
    return done.exit_code


def _run(recipe: str, out: Path, n: int | None, inputs: Any, settings: Any, seed: int, workers: int | None) -> Run:
    params, named = parse_settings(settings), parse_inputs(inputs)
    from mmrecipes import api
    from mmrecipes.cli.progress import printer

    with printer() as show:
        return api.run(recipe, out=out, n=n, params=params, inputs=named, seed=seed, workers=workers, progress=show)


def _needed_examples(recipe: str) -> tuple[str, ...]:
    from mmrecipes.recipes.catalogue import load

    inputs = load(recipe).card.get("inputs", {})
    needed = tuple(
        f"{name}=example" for name, about in inputs.items() if about.get("required") and about.get("example")
    )
    if needed:
        click.echo(f"no --input given: previewing with {' '.join(needed)}", err=True)
    return needed


def _open(page: Path) -> None:
    """Show the page where there is a display; never start a text browser."""
    import os
    import sys
    import webbrowser

    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(page.as_uri())
