"""The commands of `mmr`: parse, call, print.

Covered: which commands there are, and turning errors into messages and exit codes: 0 done, 1 a fault of this program,
2 wrong usage or plan refused, 3 finished with errors or short, 130 interrupted. Not covered: any work; heavy imports
happen inside the commands.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

import click

from mmrecipes.cli.answers import answers
from mmrecipes.cli.catalogue_commands import list_recipes, new, show
from mmrecipes.cli.decontaminate_command import decontaminate
from mmrecipes.cli.doctor import doctor
from mmrecipes.cli.estimate_command import estimate
from mmrecipes.cli.export_command import export
from mmrecipes.cli.formats_command import formats
from mmrecipes.cli.inspect_command import inspect
from mmrecipes.cli.result_commands import explain, report, status
from mmrecipes.cli.run_commands import preview, run
from mmrecipes.core.errors import Interrupted, MmrError

EPILOG = """\b
Start here:
  mmr list                                   what there is
  mmr preview qianfan-vl                     look at a few samples
  mmr run qianfan-vl --out data --n 300      make a dataset
"""


class InOrder(click.Group):
    """Commands are listed in the order in which one needs them, not by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=InOrder, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mmrecipes", prog_name="mmr")
def cli() -> None:
    """Published methods for making vision-language training data, as runnable and verified recipes."""


COMMANDS = (
    list_recipes, show, formats, inspect, preview, estimate, run, status, explain, answers, report, export,
    decontaminate, new, doctor,
)  # fmt: skip
for command in COMMANDS:
    cli.add_command(command)


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line; its exit code. Errors are printed, none is raised. Being asked to end (SIGTERM) is treated
    like Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = cli.main(args=list(arguments), prog_name="mmr", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as e:
        e.show()
        return e.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _stopped()
    except MmrError as e:
        click.echo(f"mmr: {e}", err=True)
        return e.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as e:  # noqa: BLE001 - the outermost handler: nobody should meet a bare traceback
        if _came_of_ctrl_c(e):
            return _stopped()
        click.echo(_fault(e), err=True)
        return 1


def _stopped() -> int:
    click.echo("mmr: stopped", err=True)
    return Interrupted.exit_code


def _came_of_ctrl_c(error: BaseException | None) -> bool:
    """Modules written in C turn a Ctrl-C while they are imported into an `ImportError` with it as the cause."""
    return error is not None and (isinstance(error, KeyboardInterrupt) or _came_of_ctrl_c(error.__cause__))


def _fault(error: Exception) -> str:
    """A short message; the traceback goes to a file of its own."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="mmr-fault-", suffix=".txt", delete=False, encoding="utf-8") as f:
        traceback.print_exception(error, file=f)
    return f"mmr: unexpected {type(error).__name__}: {error}\nThis is a fault of mmrecipes; the details are in {f.name}"
