"""`mmr convert`: from a format that people have to one that a trainer reads."""

from __future__ import annotations

from pathlib import Path

import click

from mmrecipes.cli.options import parse_texts

EPILOG = """\b
Examples:
  mmr convert shards/ --to llava --out data-llava
  mmr convert captions.tsv --to webdataset --out shards --set per_shard=10000
  mmr convert pictures/ --reader image-folder --to clip --out pairs
"""


@click.command(epilog=EPILOG)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--to", "form", required=True, metavar="FORMAT", help="What to write; a wrong name lists them all.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="A new folder.")
@click.option("--reader", default="auto", show_default=True, metavar="NAME",
              help="How to read PATH; a wrong name lists them all.")  # fmt: skip
@click.option("--images", type=click.Path(path_type=Path), metavar="DIR",
              help="The folder of the pictures, where that is not the usual one.")  # fmt: skip
@click.option("--read", "reading", multiple=True, metavar="KEY=VALUE", help="An option of the reader. Repeatable.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="An option of the format. Repeatable.")
@click.option("--policy", default="drop", show_default=True, metavar="POLICY",
              help="A sample that the format cannot hold: drop it, degrade it, or stop with an error.")  # fmt: skip
@click.option("--allow-stand-in", is_flag=True, help="Convert a rehearsal's samples as well: they are not data.")
def convert(
    path: Path,
    form: str,
    out: Path,
    reader: str,
    images: Path | None,
    reading: tuple[str, ...],
    settings: tuple[str, ...],
    policy: str,
    allow_stand_in: bool,
) -> int:
    """Read data of any known format and write it as another.

    Says what could not be read and what the format cannot hold. Exit code 3 when nothing could be written.
    """
    from mmrecipes.cli.summary import losses
    from mmrecipes.formats.convert import convert as convert_path
    from mmrecipes.formats.reader import ReadOptions

    read = ReadOptions(images, parse_texts("--read", reading))
    options = parse_texts("--set", settings)
    done = convert_path(
        path, form, out, reader=reader, read=read, policy=policy, allow_stand_in=allow_stand_in, **options
    )
    click.echo("\n".join([f"read as {done.reader}", *(f"  note      {r}" for r in done.remarks)]))
    click.echo("\n".join(losses(done.report, out)))
    return 0 if done.report.rows_out else 3
