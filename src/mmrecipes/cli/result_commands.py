"""`mmr status`, `mmr explain` and `mmr report`: what is done with a run's folder."""

from __future__ import annotations

from pathlib import Path

import click

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
    wide = max(6, *(len(e.outcome) for e in events))
    for e in events:
        said = ": ".join(p for p in (e.reason, e.detail) if p)
        click.echo(f"{e.id:{wide_id}}  {e.path:{wide_path}}  {e.outcome:{wide}}  {said}".rstrip())


@click.command(epilog="\b\nExample:\n  mmr report data\n")
@FOLDER
def report(folder: Path) -> None:
    """Write the report of a finished run; print its path."""
    from mmrecipes.api import report_of

    click.echo(report_of(folder))
