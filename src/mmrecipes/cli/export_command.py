"""`mmr export`: a run's dataset, or data in any known format, the way a trainer reads it."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import click

from mmrecipes.cli.options import parse_texts, read_options, reader_options

EPILOG = """\b
Examples:
  mmr export data --to llava --out data-llava
  mmr export data --to qwen-finetune --out data-qwen --set boxes=norm1000
  mmr export shards/ --to llamafactory --out data-lf --policy split
  mmr export captions.tsv --to webdataset --out shards --set per_shard=10000
"""


@click.command(epilog=EPILOG)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--to", "form", required=True, metavar="FORMAT", help="What to write (see `mmr formats`).")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="A new folder.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="An option of the format. Repeatable.")
@click.option("--policy", default="drop", show_default=True, metavar="POLICY",
              help="A sample that the format cannot hold: drop, degrade or split it, or stop (error).")  # fmt: skip
@reader_options
@click.option("--allow-stand-in", is_flag=True, help="Export a rehearsal's samples as well: they are not data.")
def export(
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
    """Write data the way a trainer reads it.

    PATH is a run's folder, or data in any format that `mmr inspect` knows. Says what could not be read and what the
    format cannot hold. Exit code 3 when nothing could be written, or when nothing could be read of one of several
    files.
    """
    from mmrecipes.cli.inspect_command import plain, told
    from mmrecipes.cli.row_progress import RowProgress
    from mmrecipes.cli.summary import losses
    from mmrecipes.formats.convert import NATIVE, convert

    read = read_options(images, reading)
    options = parse_texts("--set", settings)
    with RowProgress(sys.stderr) as progress:
        done = convert(
            path, form, out, reader=reader, read=read, policy=policy, allow_stand_in=allow_stand_in,
            watch=functools.partial(progress, "writing"), **options,
        )  # fmt: skip
    if done.reader != NATIVE or done.remarks:
        click.echo("\n".join([f"read as {done.reader}", *told(done.remarks, done.unread_files)]))
    if done.report.repeated_ids:
        click.echo(
            f"  note     {done.report.repeated_ids:,} rows have an id that an earlier row has, first "
            f"{plain(done.report.repeated_id)}: side files cannot tell them apart"
        )
    click.echo("\n".join(losses(done.report, out)))
    return 0 if done.report.rows_out and not done.unread_files else 3
