"""`mmr formats`: what can be read and what can be written, with the options of each."""

from __future__ import annotations

from collections.abc import Mapping

import click


@click.command(epilog="\b\nExamples:\n  mmr formats\n  mmr formats webdataset\n")
@click.argument("name", required=False)
def formats(name: str | None) -> None:
    """List the formats that are read and written; of one, its options and what it was tested with."""
    from mmrecipes.core.errors import UsageError
    from mmrecipes.formats.export import exporters
    from mmrecipes.formats.reader import readers

    if name is None:
        _list("read (mmr inspect, mmr export, a recipe's input)", {r.name: r.help for r in readers().values()})
        _list("written (mmr export --to)", {e.name: e.help for e in exporters().values()})
        return
    reader, exporter = readers().get(name), exporters().get(name)
    if reader is None and exporter is None:
        raise UsageError(f"no format {name!r}; there are {', '.join(sorted({*readers(), *exporters()}))}")
    if reader is not None:
        _list(f"read as {name}", {"": reader.help, **{f"--read {o}=": text for o, text in reader.options.items()}})
    if exporter is not None:
        about = {"": exporter.help, "tested with": exporter.tested_with}
        _list(f"written as {name}", about | {f"--set {o}=": text for o, text in exporter.options.items()})


def _list(heading: str, lines: Mapping[str, str]) -> None:
    click.secho(heading, bold=True)
    width = max(map(len, lines))
    for name, text in lines.items():
        click.echo(click.wrap_text(text, 110, f"  {name:{width}}  ", " " * (width + 4)))
