"""What documents say is consistent: amounts add up, days come in order, prose is finished."""

from __future__ import annotations

import random
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import dateutil.parser
import pytest

from mmrecipes.core.identity import rng_from
from mmrecipes.render.documents.content import KINDS, random_document
from mmrecipes.render.documents.prose import Prose, rules
from mmrecipes.render.documents.tree import (
    Document,
    FigureBlock,
    Heading,
    ListBlock,
    Paragraph,
    TableBlock,
    leaves,
    plain,
)


def _documents(count: int, kind: str | None = None) -> list[Document]:
    return [random_document(rng_from("content", i, kind or ""), i, kind=kind) for i in range(count)]


def _texts(document: Document) -> list[str]:
    out = []
    for leaf in leaves(document.blocks):
        if isinstance(leaf, Heading | Paragraph):
            out.append(plain(leaf.text))
        elif isinstance(leaf, ListBlock):
            out += [plain(i.text) for i in leaf.items]
    return out


def _cents(text: str) -> Decimal:
    """Digits of a printed amount, read without the project's parser."""
    number = Decimal(re.sub(r"[^\d.]", "", re.sub(r"^[A-Za-z.]*\s*", "", text.replace("$", " ").replace("-", ""))))
    return -number if "-" in text else number


@pytest.mark.parametrize("kind", ["invoice", "receipt"])
def test_amounts_add_up_from_the_printed_table(kind: str) -> None:
    for d in _documents(60, kind):
        grid = next(leaf.grid for leaf in leaves(d.blocks) if isinstance(leaf, TableBlock))
        last = [c for c in grid.cells if c.col == grid.cols - 1 and c.role == "body"]
        added = sum((_cents(c.text) for c in last), Decimal())
        assert added == _cents(d.fact("subtotal" if kind == "invoice" else "total").text)
        if kind == "invoice":
            parts = {f.name: _cents(f.text) for f in d.facts if f.kind == "money"}
            net = parts["subtotal"] + parts.get("discount", Decimal()) + parts.get("shipping", Decimal())
            rate = Decimal(d.fact("tax_rate").text.rstrip("%"))
            assert (net * rate / 100).quantize(Decimal("0.01"), ROUND_HALF_UP) == parts["tax"]
            assert net + parts["tax"] == parts["total"]


def test_the_schedule_of_a_contract_adds_up_to_the_amount_that_its_clause_states() -> None:
    found = 0
    for d in _documents(60, "contract"):
        facts = {f.name: f.text for f in d.facts}
        if "total" in facts and "contract_amount" in facts:
            assert _cents(facts["total"]) == _cents(facts["contract_amount"])
            assert not any(f"{facts['contract_amount']} a " in text for text in _texts(d)), "that is not all of it"
            found += 1
    assert found >= 10


def test_days_come_in_order_as_they_are_printed() -> None:
    compared = 0
    for d in _documents(120):
        days = []
        for name in d.chronology:
            fact = d.fact(name)
            first = bool(re.match(r"\d{2}[./]", fact.text))
            days.append(dateutil.parser.parse(fact.text, dayfirst=first).date())
            assert days[-1] == fact.day
        assert days == sorted(days)
        compared += len(days)
    assert compared > 120


def test_no_rule_of_the_grammar_is_left_open_and_no_sentence_is_a_placeholder() -> None:
    for d in _documents(120):
        for text in _texts(d):
            assert not re.search(r"[{}\[\]|\\]|\(n\)|lorem|ipsum", re.sub(r"\$[^$]*\$", "", text), re.IGNORECASE), text
            assert text.strip() and not re.search(r"\s[.,;:](\s|$)|\.\.", text), text


def test_every_rule_of_the_language_expands() -> None:
    from datetime import date

    slots = dict.fromkeys(
        ("metric", "plural", "place", "top", "low", "second", "top_value", "low_value", "second_value"), "x"
    )
    slots |= dict.fromkeys(
        ("mean_value", "spread_value", "count", "period", "first", "last", "label", "topic", "ref"), "x"
    )
    slots |= dict.fromkeys(
        ("approach", "role_a", "role_b", "party_a", "party_b", "city_a", "city_b", "contract_date"), "x"
    )
    slots |= dict.fromkeys(
        ("start_date", "end_date", "contract_amount", "pay_days", "per", "notice_months", "text", "list"), "x"
    )
    slots |= dict.fromkeys(
        ("recipient_title", "recipient_first", "recipient_last", "sender_company", "sender_city"), "x"
    )
    slots |= dict.fromkeys(("sender_phone", "reference", "hours", "page", "pages", "job_title"), "x")
    prose = Prose("en", random.Random(1), "EUR", date(2024, 1, 1), **slots)
    for rule in rules("en"):
        for _ in range(len(rules("en")[rule])):
            assert prose.say(rule).strip()


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(KeyError, match="tlh"):
        rules("tlh")


def test_kinds_and_complexities_are_equally_frequent_and_documents_differ() -> None:
    documents = _documents(len(KINDS) * 5)
    assert set(Counter(d.kind for d in documents).values()) == {5}
    assert set(Counter((d.kind, d.complexity) for d in documents).values()) == {1}
    assert len({"\n".join(_texts(d)) for d in documents}) == len(documents)


def test_complexity_means_more_elements() -> None:
    for kind in ("report", "paper", "contract", "newspaper"):
        sizes = [
            len(list(leaves(random_document(rng_from("c", kind), 0, kind=kind, complexity=c).blocks))) for c in (1, 5)
        ]
        assert sizes[1] > sizes[0], kind


def test_every_bar_of_a_chart_has_the_number_that_is_printed_at_it() -> None:
    """Whatever the unit and the currency; the same numbers stand in the document's sentences or its table."""
    bars = 0
    for d in [x for kind in ("report", "paper", "slide") for x in _documents(60, kind)]:
        said = " ".join(
            [*_texts(d), *(c.text for x in leaves(d.blocks) if isinstance(x, TableBlock) for c in x.grid.cells)]
        )
        for leaf in leaves(d.blocks):
            if not isinstance(leaf, FigureBlock) or leaf.grid is None:
                continue
            for row in range(1, leaf.grid.rows):
                cell = leaf.grid.at(row, 1)
                assert isinstance(cell.value, int | float) and Decimal(str(cell.value)) == _cents(cell.text)
                assert d.kind == "slide" or cell.text in said
                bars += 1
    assert bars > 200
