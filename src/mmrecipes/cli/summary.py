"""What is printed when a run has ended: counts, why samples were dropped, and what to do next."""

from __future__ import annotations

import shlex
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mmrecipes.api import Run
    from mmrecipes.formats.export import LossReport
    from mmrecipes.models.coordinator import Account

TOP = 5


def flow(folder: Path) -> list[tuple[str, str]]:
    """Where the rows and the samples made of them went, over all steps of a sealed run: names and values of lines."""
    from mmrecipes.flow.balance import balance_of
    from mmrecipes.flow.ledger import step_counts
    from mmrecipes.report.wording import counted, whereabouts

    steps = step_counts(folder)
    balance = balance_of(steps)
    lines = [("flow", whereabouts(balance))]
    if balance.dropped:
        why: Counter[str] = sum((Counter(step.reasons) for step in steps), Counter())
        lines.append(("dropped", f"{counted(balance.dropped, 'sample')}: {listed(why)}"))
    return lines


def listed(counts: Counter[str]) -> str:
    """'tied_maxima 12, too_small 8 and 3 more reasons'."""
    first = ", ".join(f"{reason} {count:,}" for reason, count in counts.most_common(TOP))
    return f"{first} and {len(counts) - TOP} more reasons" if len(counts) > TOP else first


def spending(folder: Path, accepted: int | None) -> list[tuple[str, str]]:
    """What models were asked and what it cost, over all sessions: names and values of lines; nothing when no model was
    asked. `accepted` samples were sealed, or None is yet."""
    from mmrecipes.api import totals_of
    from mmrecipes.report.wording import amount

    totals = totals_of(folder)
    if totals is None or not totals.calls + totals.stand_in + totals.reused:
        return []
    counts = {"answered": totals.calls, "by the stand-in": totals.stand_in, "reused": totals.reused}
    lines = [("calls", ", ".join(f"{count:,} {what}" for what, count in counts.items() if count))]
    images = f", {totals.images:,} images" if totals.images else ""
    lines.append(("tokens", f"{totals.tokens_in:,} in, {totals.tokens_out:,} out{images}"))
    if totals.cost or totals.open_cost:
        each = f", {amount(totals.cost / accepted)} per sample" if accepted else ""
        lines.append(("cost", f"{amount(totals.cost)}{each}"))
    lines += [] if accepted is None else _not_counted(folder)
    if totals.open_calls:
        most = f"; they may cost {amount(totals.open_cost)} more" if totals.open_cost else ""
        lines.append(("open", f"{totals.open_calls:,} calls without an answer, in flight or lost{most}"))
    return lines


def _not_counted(folder: Path) -> list[tuple[str, str]]:
    """What of the calls was not for the samples of a sealed run, nor for those dropped on the way to them."""
    from mmrecipes.flow.spent import BEYOND_N, PROBES, UNFINISHED, read_spent
    from mmrecipes.report.wording import amount

    purposes = {
        BEYOND_N: ("beyond n", "for rows after the one that completed n; a larger --n uses them"),
        PROBES: ("probes", "before the first row, to see whether the models answer as needed"),
        UNFINISHED: ("begun", "for rows of which nothing is stored: begun and not done, or their worker died"),
    }
    spent = read_spent(folder)
    lines: list[tuple[str, str]] = []
    for purpose, (name, what) in purposes.items():
        if (t := spent.get(purpose)) is not None:
            paid = f" ({amount(t.cost)} of the cost)" if t.cost else ""
            lines.append((name, f"{t.answers:,} of the calls{paid} {what}"))
    return lines


def session(account: Account) -> str:
    """What this session's calls came to, beside those answered."""
    counts = {"answers taken from the log": account.known, "attempts failed": account.failed}
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)


def summary(run: Run) -> str:
    """The end of `mmr run`."""
    from mmrecipes.store.dataset import stand_in_samples

    folder = shlex.quote(str(run.folder))
    of = "" if run.wanted in (None, run.accepted) else f" of {run.wanted:,} wanted"
    lines = [f"{run.accepted:,}{of} samples in {folder}"]
    lines += [f"  unread   {line}" for line in run.unread_files]
    lines += [f"  input    {remark}" for remark in run.remarks if remark not in run.unread_files]
    if run.stopped:
        lines.append(f"  stopped  {run.stopped}")
    elif run.short:
        fault = ", or they ended in an error" if run.errors else ""
        lines.append(f"  short    the input held no more, or too many samples were dropped{fault}")
    lines += [f"  {name:9}{value}" for name, value in flow(run.folder)]
    if run.errors:
        again = "; --retry-errors tries them once more"
        lines.append(f"  errors   {run.errors:,}: see the report, or `mmr explain {folder} ID`{again}")
    lines += [f"  {name:9}{value}" for name, value in spending(run.folder, run.accepted)]
    if run.account is not None and session(run.account):
        lines.append(f"  session  {session(run.account)}")
    lines.append(f"  report   {run.report}")
    if run.accepted:
        install = "" if find_spec("datasets") else " after `pip install datasets`"
        lines.append(f'  load     mmrecipes.load("{run.folder}")   or{install} datasets.load_dataset("{run.folder}")')
    if stand_in_samples(run.folder)[0]:
        lines.append("  next     these are a stand-in's answers, a rehearsal: name models with --role or --models")
    elif run.accepted:
        lines.append(f"  next     mmr export {folder} --to llava --out {folder}-llava")
    return "\n".join(lines)


def losses(report: LossReport, out: Path) -> list[str]:
    """The end of `mmr export`: what was written, and everything that was not."""
    size = f"{report.image_bytes / 1e6:,.1f} MB"
    made = f"{report.rows_out:,} rows of" if report.split else f"{report.rows_out:,} of"
    counts = f"{made} {report.rows_in:,} samples, {report.images:,} images ({size})"
    lines = [f"{counts} in {shlex.quote(str(out))}"]
    for reason, ids in sorted(report.dropped.items()):
        lines.append(f"  left out  {len(ids):,} {reason}, first {ids[0]}")
    if report.split:
        lines.append(f"  split     {report.split['samples']:,} samples into {report.split['rows']:,} rows")
    if report.degraded:
        lines.append(f"  degraded  {listed(report.degraded)}")
    if report.not_read:
        lines.append(f"  not read  by this trainer: {listed(report.not_read)}")
    if report.stand_in:
        lines.append(f"  stand-in  {report.stand_in:,} samples are a rehearsal's, not data")
    lines.append(f"  manifest  {out / 'manifest.json'}")
    return lines
