"""What is printed when a run has ended: counts, why samples were dropped, and what to do next."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mmrecipes.api import Run
    from mmrecipes.formats.export import LossReport
    from mmrecipes.models.coordinator import Account

TOP = 5


def reasons(folder: Path) -> Counter[str]:
    """Dropped samples by reason, over all steps; what was cut off beyond `n` is no drop."""
    from mmrecipes.flow.ledger import step_counts

    counts: Counter[str] = Counter()
    for step in step_counts(folder):
        if step.path != "seal":
            counts.update(step.reasons)
    return counts


def listed(counts: Counter[str]) -> str:
    """'tied_maxima 12, too_small 8 and 3 more reasons'."""
    first = ", ".join(f"{reason} {count:,}" for reason, count in counts.most_common(TOP))
    return f"{first} and {len(counts) - TOP} more reasons" if len(counts) > TOP else first


def spending(folder: Path, accepted: int) -> list[tuple[str, str]]:
    """What models were asked and what it cost, over all sessions: names and values of lines; nothing when no model was
    asked."""
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
    if totals.open_calls:
        most = f"; they may cost {amount(totals.open_cost)} more" if totals.open_cost else ""
        lines.append(("open", f"{totals.open_calls:,} calls without an answer, in flight or lost{most}"))
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
        lines.append(f"  short    the input held no more, or too many candidates were dropped{fault}")
    if run.dropped:
        lines.append(f"  dropped  {run.dropped:,}: {listed(reasons(run.folder))}")
    if run.errors:
        again = "; --retry-errors tries them once more"
        lines.append(f"  errors   {run.errors:,}: see the report, or `mmr explain {folder} ID`{again}")
    lines += [f"  {name:9}{value}" for name, value in spending(run.folder, run.accepted)]
    if run.account is not None and session(run.account):
        lines.append(f"  session  {session(run.account)}")
    lines.append(f"  report   {run.report}")
    if run.accepted:
        lines.append(f'  load     datasets.load_dataset("{run.folder}")   or   mmrecipes.load("{run.folder}")')
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
