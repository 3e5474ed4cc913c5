"""`mmr doctor`: what is installed, what is missing, and how to get it.

Covered: Python, the declared dependencies and extras with their versions, fonts, programs, room for files. Nothing is
installed and nothing is asked of the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import click

PROGRAMS = (
    ("tesseract", "a second reader for label checks", "apt install tesseract-ocr"),
    ("chromium", "screenshots of the report in tests", "apt install chromium"),
)
_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)\s*(?:\[[^]]*])?\s*([^;]*?)\s*(?:;\s*extra\s*==\s*['\"]([^'\"]+)['\"])?$")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` is empty when all is well."""

    name: str
    found: str
    remedy: str = ""
    needed: bool = True


@click.command(epilog="\b\nExample:\n  mmr doctor\n\n\b\nExit code 3 when something that is needed is missing.\n")
def doctor() -> int:
    """Check what is installed and say how to get the rest.

    Packages and their versions, extras, fonts, programs.
    """
    faults = 0
    for heading, findings in (
        ("machine", list(machine())), ("packages", list(packages())), ("fonts", list(fonts())),
        ("optional", [*extras(), *programs(), *languages()]),
    ):  # fmt: skip
        click.secho(heading, bold=True)
        for f in findings:
            mark, colour = ("ok", "green") if not f.remedy else ("MISSING", "red") if f.needed else ("-", "yellow")
            faults += mark == "MISSING"
            said = f"{f.found}; get it with: {f.remedy}" if f.remedy else f.found
            click.echo(f"  {click.style(f'{mark:8}', fg=colour)}{f.name:26}{said}")
    click.echo("everything needed is there" if not faults else f"{faults} needed things are missing")
    return 3 if faults else 0


def machine() -> Iterator[Finding]:
    """Python, cores, room for temporary files."""
    import os
    import platform
    import shutil
    import sys
    import tempfile

    old = sys.version_info < (3, 11)
    yield Finding("Python", platform.python_version(), "Python 3.11 or newer" if old else "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Finding("cores", str(cores))
    free = shutil.disk_usage(tempfile.gettempdir()).free / 1e9
    yield Finding("room for temporary files", f"{free:.1f} GB in {tempfile.gettempdir()}",
                  "free some space" if free < 1 else "")  # fmt: skip


def packages() -> Iterator[Finding]:
    """Every declared dependency, at a version that will do."""
    for name, bounds, extra in _requirements():
        if not extra and not name.startswith("font-"):
            yield _package(name, bounds, f"pip install '{name}{bounds}'", needed=True)


def extras() -> Iterator[Finding]:
    """Extras of users (not of developers): there when all their packages are."""
    wanted = [(n, b, e) for n, b, e in _requirements() if e and e not in ("dev", "peers")]
    for extra in dict.fromkeys(e for _, _, e in wanted):
        found = [_package(n, b, "x", needed=False) for n, b, e in wanted if e == extra]
        missing = [f.name for f in found if f.remedy]
        if missing:
            yield Finding(
                f"extra {extra}", f"no {', '.join(missing)}", f"pip install 'mmrecipes[{extra}]'", needed=False
            )
        else:
            yield Finding(f"extra {extra}", ", ".join(f"{f.name} {f.found}" for f in found))


def fonts() -> Iterator[Finding]:
    """Every font family, loaded."""
    from mmrecipes.canvas.fonts import FAMILIES, face
    from mmrecipes.core.errors import FontError

    for family in FAMILIES.values():
        try:
            loaded = face(family.name)
        except FontError as e:
            yield Finding(family.name, str(e), f"pip install {family.package.replace('_', '-')}")
        else:
            yield Finding(family.name, f"{family.kind}, {len(loaded.coverage):,} characters")


def languages() -> Iterator[Finding]:
    """Languages that bundled fonts do not set: the families of each, or the packages that bring them."""
    from mmrecipes.canvas.scripts import LANGUAGES, check_language
    from mmrecipes.core.errors import FontError

    for lang in LANGUAGES.values():
        if not lang.families:
            continue
        try:
            check_language(lang.code)
        except FontError:
            yield Finding(f"fonts of {lang.code}", "not all installed", f"apt install {lang.debian}", needed=False)
        else:
            yield Finding(f"fonts of {lang.code}", ", ".join(lang.families))


def programs() -> Iterator[Finding]:
    """Programs of the system that some checks use."""
    import shutil

    for name, use, remedy in PROGRAMS:
        path = shutil.which(name)
        yield Finding(name, path or f"not installed ({use})", "" if path else remedy, needed=False)


def _requirements() -> Iterator[tuple[str, str, str]]:
    """(name, version bounds, extra) as the installed package declares them."""
    from importlib.metadata import requires

    for line in requires("mmrecipes") or []:
        match = _REQUIREMENT.match(line)
        if match:
            yield match[1], match[2].strip("() "), match[3] or ""


def _package(name: str, bounds: str, remedy: str, needed: bool) -> Finding:
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version(name)
    except PackageNotFoundError:
        return Finding(name, "not installed", remedy, needed)
    least = re.search(r">=\s*([0-9.]+)", bounds)
    old = least is not None and _numbers(found) < _numbers(least[1])
    return Finding(name, f"{found}, older than {least[1]}" if old and least else found, remedy if old else "", needed)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])
