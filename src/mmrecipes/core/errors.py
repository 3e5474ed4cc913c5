"""What can go wrong, by who can mend it.

Covered: errors a user mends (wrong usage, a plan that cannot run, unreadable input) and the ones the world
causes. Not covered: drops. A drop is a decision about data and is a value, never an exception.
"""

from __future__ import annotations


class MmrError(Exception):
    """Base of every error with a message meant for the user: what, where, and the remedy."""

    exit_code = 2


class UsageError(MmrError):
    """The command line or the parameters are wrong."""


class PlanError(MmrError):
    """The run was refused before any work: names the place and the remedy."""


class InputError(MmrError):
    """An input is missing, unreadable or not in the promised form."""


class FontError(MmrError):
    """No installed font covers a text; names the Debian package that would."""


class WorldError(MmrError):
    """The run had to stop because of the machine (disk full, no permission, workers dying); resumable."""

    exit_code = 3


class Interrupted(MmrError):
    """The user stopped the run; the same command goes on."""

    exit_code = 130
