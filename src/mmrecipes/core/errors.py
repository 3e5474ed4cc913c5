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


class CallError(MmrError):
    """A model call that failed for good: an error of its sample, never a value. `kind` is a short snake_case code
    (`http_500`, `timeout`, `refused_redirect`…), `status` the HTTP status or 0, `attempts` how often it was sent."""

    exit_code = 3

    def __init__(self, kind: str, message: str, status: int = 0, attempts: int = 1) -> None:
        super().__init__(message)
        self.kind, self.status, self.attempts = kind, status, attempts


class BudgetError(WorldError):
    """The budget does not cover the next call: what is committed stays, the rest is pending."""
