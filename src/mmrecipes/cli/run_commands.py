"""`mmr run` and `mmr preview`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mmrecipes.cli.options import arguments, model_options, recipe_options

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
Examples with models:
  mmr run llava --out try --n 20 --models stand-in
  mmr run llava --out try2 --n 20 --models stand-in:missing_separator=0.05
  mmr run llava --out talks --role teacher=qwen2.5-72b@http://localhost:8000/v1
  mmr run llava --out talks --models models.toml --budget 20
  mmr run llava --out other --models models.toml --set part=instruct --reuse talks

\b
The same command again goes on where it stopped; a larger --n grows the run (not of a
recipe that decides over all rows at once), a higher --budget lets it go on. No answer
is paid twice.
Exit codes: 0 done, 2 wrong usage or plan refused, 3 finished with errors, short,
stopped (budget used up, endpoint down) or without a file of the input that cannot be
read (the summary names it), 130 interrupted.
"""


@click.command(epilog=RUN_EPILOG)
@click.argument("recipe", metavar="SLUG|./mine.py")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR",
              help="Folder of the run; the dataset, the report and the ledger are in it.")  # fmt: skip
@click.option("--n", "n", type=click.IntRange(min=1), metavar="N",
              help="Accepted samples wanted; rows to take, where a recipe decides over all rows at once (mmr show SLUG "
                   "says so). Default: every row of the input, 100 without one.")  # fmt: skip
@recipe_options
@model_options
@click.option("--budget", type=float, metavar="AMOUNT",
              help="Most that the calls of DIR may cost in all, in the currency of the prices.")  # fmt: skip
@click.option("--reuse", type=click.Path(path_type=Path), metavar="OLD",
              help="An older run whose answers are used before a model is asked.")  # fmt: skip
@click.option("--retry-errors", is_flag=True, help="Try again what ended in an error.")
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
  mmr preview oasis                                       models: the stand-in answers
  mmr preview llava --role teacher=qwen2.5-72b@http://localhost:8000/v1
"""


@click.command(epilog=PREVIEW_EPILOG)
@click.argument("recipe", metavar="SLUG|./mine.py")
@click.option("--n", "n", type=click.IntRange(1, 200), default=8, show_default=True, help="Samples to make.")
@recipe_options
@model_options
def preview(recipe: str, n: int, **options: Any) -> int:
    """Make a few samples and show them as a page; keep nothing else.

    A recipe that needs an input gets its own example when none is given, and its own stand-in when it asks models and
    none is named. The page opens in a browser where there is a display.
    """
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="mmr-preview-") as folder:
        if not options["inputs"]:
            options["inputs"] = _needed_examples(recipe)
        if not options["roles"] and options["models"] is None:
            options["models"] = _needed_models(recipe, options["settings"])
        done = _run(recipe, Path(folder) / "run", n, **options)
        page = Path(tempfile.gettempdir()) / f"mmr-preview-{Path(recipe).stem}-{Path(folder).name[-8:]}.html"
        shutil.copyfile(done.report, page)
    click.echo(f"{done.accepted:,} samples: {page}")
    _open(page)
    return done.exit_code


def _run(recipe: str, out: Path, n: int | None, **options: Any) -> Run:
    given = arguments(options)
    from mmrecipes import api
    from mmrecipes.cli.progress import printer

    with printer() as show:
        return api.run(recipe, out=out, n=n, progress=show, **given)


def _needed_models(recipe: str, settings: tuple[str, ...]) -> str | None:
    """The stand-in, when the recipe asks models with these settings."""
    from mmrecipes.api import asked_roles
    from mmrecipes.cli.options import parse_settings

    asked = asked_roles(recipe, parse_settings(settings))
    if not asked:
        return None
    named = "role" if len(asked) == 1 else "roles"
    click.echo(f"no model given for the {named} {', '.join(asked)}: the recipe's stand-in answers", err=True)
    return "stand-in"


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
