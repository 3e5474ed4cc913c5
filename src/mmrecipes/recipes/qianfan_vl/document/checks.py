"""What is verified about every document sample, each check written against the maker's side of the fence.

Covered: the Markdown reads back to the blocks that were written, with every printed word once; tables read back from
HTML; amounts add up again from their printed texts; days come in order; facts are printed; queries re-execute from the
stored truth and the replies say them; quads are where the log takes them; text stays legible. Not covered: OCR.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mmrecipes.recipes.qianfan_vl.checks import CheckError
from mmrecipes.recipes.qianfan_vl.document.turns import Exchange, reply
from mmrecipes.render.documents.inline import BOLD, ITALIC, MATH
from mmrecipes.render.documents.queries import QueryError, evaluate
from mmrecipes.render.documents.read_markdown import MarkdownError, Read, read_markdown
from mmrecipes.render.documents.targets import Written
from mmrecipes.render.tables.numbers import printed_number
from mmrecipes.render.tables.read_targets import TargetError, read_html

_MARKS = str.maketrans("", "", "".join(BOLD + ITALIC))


def check_markdown(markdown: str, written: Sequence[Written], printed: Counter[str]) -> int:
    """The Markdown reads back to what was written, and says every printed word of the text as often as it is printed.
    Returns the number of words."""
    try:
        found = read_markdown(markdown)
    except MarkdownError as e:
        raise CheckError("markdown_unreadable", str(e)) from e
    expected = [Read(w.kind, w.level, w.texts) for w in written]
    if found != expected:
        pairs = zip(found, expected, strict=False)
        first = next(((a, b) for a, b in pairs if a != b), (len(found), len(expected)))
        raise CheckError("markdown_differs", f"{first[0]!r} is read for {first[1]!r}"[:400])
    said = Counter(word for block in found for word in _words(block))
    if said != printed:
        raise CheckError(
            "words_differ", f"only said: {dict(said - printed)}, only printed: {dict(printed - said)}"[:400]
        )
    return sum(printed.values())


def _words(block: Read) -> list[str]:
    """The words a block of Markdown says; formulas and ticks say none."""
    if block.kind == "formula":
        return []
    if block.kind == "html":
        try:
            return [w for span in read_html(block.texts[0]).spans for w in span.text.split()]
        except TargetError as e:
            raise CheckError("target_unreadable", str(e)) from e
    texts = [t[1:] for t in block.texts] if block.kind in ("bullets", "ordered") else block.texts
    return [w for t in texts for w in _spoken(t).split()]


def _spoken(text: str) -> str:
    parts: list[str] = []
    for k, part in enumerate(text.replace(MATH[1], MATH[0]).split(MATH[0])):
        if k % 2 == 0:
            parts.append(part)
    return " ".join(parts).translate(_MARKS).replace("[x] ", "").replace("[ ] ", "")


def check_relations(relations: Sequence[Mapping[str, Any]], decimal: str = ".") -> int:
    """Every sum, product, difference and percentage is worked out again from the printed texts, whose decimal separator
    is given."""
    for relation in relations:
        parts = [_number(text, decimal) for text in relation["parts"]]
        result = _number(relation["result"], decimal)
        match relation["kind"]:
            case "sum":
                right = sum(parts, Decimal())
            case "difference":
                right = parts[0] - parts[1]
            case "product":
                right = parts[0] * parts[1]
            case _:
                unit = Decimal(1).scaleb(result.as_tuple().exponent)  # type: ignore[arg-type]
                right = (parts[0] * parts[1] / 100).quantize(unit, ROUND_HALF_UP)
        if right != result:
            raise CheckError("amounts_differ", f"{relation['kind']} of {relation['parts']} is not {relation['result']}")
    return len(relations)


def _number(text: str, decimal: str) -> Decimal:
    found = printed_number(text, decimal)
    if found is None:
        raise CheckError("amounts_differ", f"{text!r} is not a number")
    return found.value


def check_facts(truth: Mapping[str, Any], printed: str) -> None:
    """Every fact stands on a page as it is stored (blanks aside), and the days come in their order."""
    for fact in truth["facts"]:
        if "".join(fact["text"].split()) not in printed:
            raise CheckError("fact_not_printed", f"{fact['name']}: {fact['text']!r}")
    by_name = {f["name"]: f for f in truth["facts"]}
    days = [by_name[name]["day"] for name in truth["chronology"]]
    if days != sorted(days):
        raise CheckError("dates_out_of_order", str(dict(zip(truth["chronology"], days, strict=True))))


def check_answers(truth: Mapping[str, Any], said: Exchange) -> None:
    """Run every query again on the stored truth; the reply must say its answer. Written forms are the target itself."""
    if not said.asked:
        if said.turns[0].answer != reply(truth, said.kind):
            raise CheckError("reply_differs", "the reply is not the target that was verified")
        return
    for (query, answer), one in zip(said.asked, said.turns, strict=True):
        try:
            again = evaluate(truth, query)
        except QueryError as e:
            raise CheckError("query_ambiguous", f"{query.op}: {e}") from e
        if again != answer:
            raise CheckError("answer_differs", f"{query.op}: {answer.text!r} is stored, {again.text!r} is right")
        if again.text not in one.answer:
            raise CheckError("reply_differs", f"{query.op}: {one.answer!r} does not say {again.text!r}")
