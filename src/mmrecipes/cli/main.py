"""The entry point of `mmr`.

Covered: Ctrl-C from the first import on ends in one line. For that this module and the packages above it import next to
nothing; the commands are imported under its guard. Not covered: the commands (see `commands`).
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line of this process; exits with its code."""
    try:
        from mmrecipes.cli.commands import run_command

        code = run_command(sys.argv[1:])
    except KeyboardInterrupt:
        print("mmr: stopped", file=sys.stderr)
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
