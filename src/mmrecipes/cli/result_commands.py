"""`mmr status`, `mmr explain`, `mmr report` and `mmr export`: what is done with a run's folder."""

from __future__ import annotations

from pathlib import Path

import click

from mmrecipes.cli.options import parse_texts
from mmrecipes.core.errors import UsageError

FOLDER = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))


@click.command(epilog="\b\nExample:\n  mmr status data\n")
@FOLDER
def status(folder: Path) -> None:
    """Say how far a run is and what it holds."""
    from mmrecipes.cli.state import state_of

    click.echo("\n".join(state_of(folder)))


@click.command(epilog="\b\nExample:\n  mmr explain data qianfan-vl/table/000017\n")
@FOLDER
@click.argument("id")
def explain(folder: Path, id: str) -> None:
    """Tell the life of one sample, step by step.

    With it, of what it came from and of what came out of it.
    """
    from mmrecipes.flow.ledger import life
    from mmrecipes.flow.plan import read_plan

    read_plan(folder)
    events = life(folder, id)
    wide_id, wide_path = max(len(e.id) for e in events), max(len(e.path) for e in events)
    for e in events:
        said = ": ".join(p for p in (e.reason, e.detail) if p)
        click.echo(f"{e.id:{wide_id}}  {e.path:{wide_path}}  {e.outcome:6}  {said}".rstrip())


@click.command(epilog="\b\nExample:\n  mmr report data\n")
@FOLDER
def report(folder: Path) -> None:
    """Write the report of a finished run; print its path."""
    from mmrecipes.api import report_of

    click.echo(report_of(folder))


EXPORT_EPILOG = """\b
Examples:
  mmr export data --to llava --out data-llava
  mmr export data --to coco --out data-coco --policy error
"""


@click.command(epilog=EXPORT_EPILOG)
@FOLDER
@click.option("--to", "form", required=True, metavar="FORMAT", help="What to write; a wrong name lists them all.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR2", help="A new folder.")
@click.option("--policy", default="drop", show_default=True, metavar="POLICY",
              help="A sample that the format cannot hold: drop it, degrade it, or stop with an error.")  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="An option of the format. Repeatable.")
@click.option("--allow-stand-in", is_flag=True, help="Export a rehearsal's samples as well: they are not data.")
def export(
    folder: Path, form: str, out: Path, policy: str, settings: tuple[str, ...], allow_stand_in: bool
) -> int:  # fmt: skip
    """Write a dataset the way a trainer reads it.

    Says what the format cannot hold. Exit code 3 when nothing could be written.
    """
    from mmrecipes.cli.summary import losses
    from mmrecipes.formats.export import export_dataset

    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}")

    options = parse_texts("--set", settings)
    found = export_dataset(folder, form, out, policy=policy, allow_stand_in=allow_stand_in, **options)
    click.echo("\n".join(losses(found, out)))
    return 0 if found.rows_out else 3
