"""The figures of a comparison as a Markdown table: a line per measure, a column per participant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Figures = dict[str, Any]


def number(value: float | None, digits: int = 0) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def named(figures: Figures) -> str:
    return f"yes ({figures['named_where']})" if figures["named"] else f"no ({figures['named_where']})"


def rows(figures: Figures) -> str:
    """Rows that came out, with what is wrong about them."""
    text = number(figures["rows"])
    if figures.get("hollow_rows"):
        text += f" and {figures['hollow_rows']} without an answer"
    return text if figures.get("finished", True) else f"{text}, not finished in the time limit"


MEASURES: tuple[tuple[str, str, Callable[[Figures], str]], ...] = (
    ("throughput", "text rows/s", lambda f: number(f["rows_per_s"])),
    ("throughput", "CPU per call, ms", lambda f: number(f["cpu_ms_per_call"], 2)),
    ("throughput", "2,000 rows with start-up, s", lambda f: number(f["wall_s"], 1)),
    ("throughput", "most in flight", lambda f: number(f["max_in_flight"])),
    ("kill", "requests repeated after SIGKILL", lambda f: f"{f['repeated']:,} ({f['repeated_share']:.1%})"),
    ("kill", "rows after the resume", rows),
    ("poison", "5 % poison: rows", rows),
    ("poison", "5 % poison: requests per poison row", lambda f: number(f["calls_per_poison_row"], 1)),
    ("poison", "5 % poison: first to last request, s", lambda f: number(f["span_s"], 1)),
    ("poison", "5 % poison: lost rows named", named),
    ("transient", "15 % transient faults: rows", rows),
    ("transient", "15 % transient faults: first to last request, s", lambda f: number(f["span_s"], 1)),
    ("transient", "the same without faults, s", lambda f: number(f["clean_span_s"], 1)),
    ("images", "images as paths: peak memory, MB", lambda f: number(f["peak_mb"])),
    ("images", "images as paths: left on disk, MB", lambda f: number(f["disk_mb"], 1)),
    ("images", "images as paths: with start-up, s", lambda f: number(f["wall_s"], 1)),
    ("images", "images as paths: rows", rows),
    ("images-inline", "images as base64: peak memory, MB", lambda f: number(f["peak_mb"])),
    ("images-inline", "images as base64: left on disk, MB", lambda f: number(f["disk_mb"], 1)),
    ("images-inline", "images as base64: with start-up, s", lambda f: number(f["wall_s"], 1)),
)


def cell(figures: Figures | None, show: Callable[[Figures], str]) -> str:
    """A figure, a dash where nothing was measured, or how it failed."""
    if figures is None:
        return "-"
    return f"failed: {figures['failed']}" if "failed" in figures else show(figures)


def markdown(figures: Figures) -> str:
    """The whole table, with the settings that each participant reported."""
    results: dict[str, dict[str, Figures]] = figures["results"]
    names = list(dict.fromkeys(name for case in results.values() for name in case))
    lines = [
        f"{figures['date']}, {figures['cores']} cores, endpoint of {figures['latency_ms']:.0f} ms, 64 in flight"
        + (f", {figures['scale']:g} of the rows" if figures["scale"] != 1 else ""),
        "",
        "| | " + " | ".join(names) + " |",
        "|---" + "|---:" * len(names) + "|",
    ]
    for case, label, show in MEASURES:
        if case in results:
            lines.append(f"| {label} | " + " | ".join(cell(results[case].get(name), show) for name in names) + " |")
    lines.append("")
    for name, found in figures["settings"].items():
        lines.append(f"- {name}: " + ", ".join(f"{key} {value}" for key, value in found.items()))
    return "\n".join(lines)
