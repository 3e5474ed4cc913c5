"""What a table says besides its topic, in every language: names of totals, groups, changes, notes, remarks.

Covered: English (with the most variety) and the languages of `corpora.texts`, whose words are composed into the same
shape; topics of these languages. Not covered: choosing among them (see `columns`, `content`).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date

from mmrecipes.render.corpora.local import attributes_of, metrics_of, row_names
from mmrecipes.render.corpora.texts import date_text, texts
from mmrecipes.render.corpora.topics import Attribute, Metric, Topic, TopicFamily
from mmrecipes.render.tables.printing import DATE_FORMS

Band = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The fixed words of tables in one language."""

    language: str
    details: tuple[Attribute, ...]
    money: tuple[Metric, ...]
    numbers: tuple[Metric, ...]
    ordered: tuple[Band, ...]
    compared: tuple[Band, ...]
    series: tuple[str, ...]
    plans: tuple[Band, ...]
    text_groups: tuple[str, ...]
    number_groups: tuple[str, ...]
    outer_groups: tuple[str, ...]
    shares: tuple[str, ...]
    total: str
    change: str
    differences: tuple[str, ...]
    amount: str
    field: str
    bands: tuple[Band, ...]
    number_head: str
    side_heads: tuple[str, ...]
    total_rows: tuple[str, ...]
    subtotal: str
    missing: tuple[str, ...]
    captions: tuple[str, ...]
    blanket: tuple[str, ...]
    notes: tuple[str, ...]
    see_row: tuple[str, ...]
    yes_no: tuple[tuple[str, str], ...]

    def date(self, day: date, form: int) -> str:
        """A date in one of the forms of the language."""
        return DATE_FORMS[form](day) if self.language == "en" else date_text(self.language, day, form)

    def with_unit(self, name: str, unit: str) -> str:
        """A heading with its unit in brackets."""
        if self.language == "en":
            return f"{name} ({unit})" if unit else name
        return texts(self.language).bracketed(name, unit)


ENGLISH = Terms(
    language="en",
    details=tuple(
        Attribute(name, kind, prefix, choices)
        for name, kind, prefix, choices in (
            ("Contact", "person", "", ()),
            ("Reference", "code", "R", ()),
            ("Checked by", "initials", "", ()),
            ("Location", "city", "", ()),
            ("Country", "country", "", ()),
            ("Updated", "date", "", ()),
            ("Category", "choice", "", ("core", "support", "external", "pilot")),
            ("Approved", "yes_no", "", ()),
            ("Priority", "choice", "", ("high", "medium", "low")),
            ("Unit in charge", "department", "", ()),
            ("Remarks", "choice", "", ("as planned", "under review", "no change", "revised", "new entry")),
            ("File no.", "code", "F", ()),
            ("Partner", "company", "", ()),
            ("Reported", "date", "", ()),
            ("Public", "yes_no", "", ()),
            ("Method", "choice", "", ("survey", "register", "estimate", "measured")),
        )
    ),
    money=(
        Metric("Cost", "thousand", 2, 4800, 0, True, True, True),
        Metric("Budget", "thousand", 4, 9400, 0, True, True, True),
        Metric("Fee", "", 12, 940, 2, True, False, False),
        Metric("Funding", "million", 0.2, 84, 1, True, True, True),
        Metric("Price", "", 3, 1400, 2, True, False, False),
    ),
    numbers=(
        Metric("Items", "", 1, 840, 0, False, True, False),
        Metric("Index", "", 62, 148, 1, False, False, False),
        Metric("Share", "%", 0.5, 48, 1, False, False, False),
        Metric("Cases", "", 2, 2900, 0, False, True, True),
        Metric("Score", "", 1.2, 9.8, 1, False, False, False),
        Metric("Weeks", "", 1, 52, 0, False, False, False),
    ),
    ordered=(("Min.", "Mean", "Max."), ("Low", "High"), ("Lowest", "Median", "Highest")),
    compared=(("Before", "After"), ("Typical", "Limit"), ("Design", "Measured")),
    series=("Sample {}", "Run {}", "Test {}", "Trial {}", "Series {}", "Specimen {}"),
    plans=(("Plan", "Actual"), ("Budgeted", "Actual"), ("Target", "Result")),
    text_groups=("Details", "Identification", "Particulars", "General", "Background", "Description"),
    number_groups=("Key figures", "Results", "Indicators", "Main values", "Measured values", "Summary"),
    outer_groups=("Reported data", "Overview", "Current status", "Record", "Assessment", "Full account"),
    shares=("Share", "Share of total", "Proportion"),
    total="Total",
    change="Change",
    differences=("Difference", "Change"),
    amount="Amount",
    field="Field",
    bands=(
        ("Northern area", "Southern area", "Eastern area", "Western area"),
        ("Group A", "Group B", "Group C", "Group D"),
        ("Category I", "Category II", "Category III", "Category IV"),
        ("Existing", "New", "Planned"),
        ("Part 1", "Part 2", "Part 3", "Part 4"),
        ("First priority", "Second priority", "Third priority"),
    ),
    number_head="No.",
    side_heads=("Section", "Group", "Part", "Class", "Block", "Division"),
    total_rows=("Total", "Total", "Grand total", "All", "Sum"),
    subtotal="Subtotal",
    missing=("–", "—", "-", "", "n/a", ".."),
    captions=("", "", "Table {}. ", "Table {}: ", "Tab. {} – ", "Exhibit {}. ", "Table {}.{} "),
    blanket=("not reported", "under review", "confidential", "pending", "not applicable", "see annex", "no data"),
    notes=(
        "Provisional figure.", "Revised after audit.", "Estimate.", "Includes part-time staff.", "Break in series.",
        "Preliminary result, subject to change.", "Data refer to the previous period.", "Excludes temporary closures.",
        "Based on fewer than ten observations.", "Rounded to the nearest unit.", "Unaudited.",
        "As reported by the operator.",
        "New method from this period on.",
        "Values at the end of the period.", "Corrected since first publication.",
        "Measured on a smaller sample.", "Agreed with the auditor.", "Boundary change during the year.",
    ),
    see_row=("see row {}", "see row {}", "See row {}", "(see row {})", "as row {}"),
    yes_no=(("Yes", "No"), ("yes", "no"), ("Y", "N")),
)  # fmt: skip


_GENERAL = (4, 5, 6, 7, 8, 9)
"""Metrics that any topic may have: orders, quantity, staff, customers, hours, score."""


@functools.cache
def terms_for(language: str) -> Terms:
    """The words of tables in a language."""
    if language == "en":
        return ENGLISH
    t = texts(language)
    details, key_figures, results, overview = t.groups
    plan, actual, before, after = t.pairs
    change, difference, share, amount = t.computed
    return Terms(
        language=language,
        details=attributes_of(t),
        money=tuple(m for m in metrics_of(t) if m.money),
        numbers=tuple(metrics_of(t)[k] for k in _GENERAL),
        ordered=(),
        compared=((before, after),),
        series=(f"{t.heads[1]} {{}}",),
        plans=((plan, actual), (before, after)),
        text_groups=(details,),
        number_groups=(key_figures, results),
        outer_groups=(overview,),
        shares=(share,),
        total=t.totals[0],
        change=change,
        differences=(difference,),
        amount=amount,
        field=t.attributes[2],
        bands=(t.bands, tuple(f"{t.heads[1]} {x}" for x in "ABCD")),
        number_head=t.heads[0],
        side_heads=(t.heads[1], overview, details, t.attributes[2], results, key_figures),
        total_rows=(t.totals[0],),
        subtotal=t.totals[1],
        missing=("–", "—", "-", ""),
        captions=("", t.caption),
        blanket=t.blanket,
        notes=t.notes,
        see_row=(t.see_row,),
        yes_no=(t.yes_no[:2],),  # type: ignore[arg-type]
    )


_TOPICS: tuple[tuple[str, TopicFamily, tuple[int, ...], tuple[int, ...]], ...] = (
    ("cities", "statistics", (0, 2, 3, 4, 6, 7, 8, 13), (0, 3, 4)),
    ("products", "financial", (0, 1, 2, 4, 5, 12), (2, 3, 6)),
    ("people", "statistics", (8, 9, 5, 4), (1, 3, 4, 5)),
    ("departments", "financial", (2, 3, 6, 8, 0), (0, 3, 4)),
    ("subjects", "technical", (9, 8, 5, 6), (0, 1, 5)),
    ("months", "technical", (10, 11, 8), (3,)),
)
"""Rows, family, metrics and attributes (indices into the lists above) of each topic."""


@functools.cache
def local_topics(language: str) -> tuple[Topic, ...]:
    """The topics of a language other than English; `Topic.pool` holds the names of their rows."""
    t = texts(language)
    metrics, attributes = metrics_of(t), attributes_of(t)
    return tuple(
        Topic(
            name=f"{rows} ({language})", family=family, entity=rows, label=t.labels[i], plural=t.labels[i],
            metrics=tuple(metrics[k] for k in chosen), attributes=tuple(attributes[k] for k in details),
            titles=(t.titles[i],), times=() if rows == "months" else ("year", "quarter"), pool=row_names(rows, t),
        )
        for i, (rows, family, chosen, details) in enumerate(_TOPICS)
    )  # fmt: skip
