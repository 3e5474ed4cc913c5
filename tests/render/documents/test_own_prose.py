"""A user's paragraphs in a document: what it no longer says is no fact, and nobody is asked where sentences end."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date

import pytest

from mmrecipes.core.identity import rng_from
from mmrecipes.recipes.qianfan_vl.document.phrases import SPOKEN
from mmrecipes.render.corpora.own_texts import Passage
from mmrecipes.render.documents.content import random_document
from mmrecipes.render.documents.own_prose import KINDS, with_own_prose
from mmrecipes.render.documents.proposals import proposals
from mmrecipes.render.documents.targets import written
from mmrecipes.render.documents.tree import Document, Fact, Heading, Paragraph, leaves, plain, say
from mmrecipes.render.documents.truth import truth_of
from mmrecipes_tests.render.documents.drawn_documents import make

PASSAGES = [Passage(f"Passage {k} tells that the ferry was late again.", "a.txt", k) for k in range(1, 61)]


@pytest.mark.parametrize("kind", KINDS)
def test_passages_follow_each_other_and_keep_their_origin(kind: str) -> None:
    for index in range(12):
        rng = rng_from("own", kind, index)
        own = with_own_prose(random_document(rng, index, kind=kind, complexity=3), PASSAGES, rng)
        first = own.own[0][1]
        assert own.own == tuple(("a.txt", (first - 1 + k) % 60 + 1) for k in range(len(own.own)))
        for leaf in leaves(own.blocks):
            if isinstance(leaf, Paragraph) and leaf.origin:
                assert plain(leaf.text) == PASSAGES[leaf.origin[1] - 1].text


def test_what_is_no_longer_said_is_no_fact_and_no_date_any_more() -> None:
    days = {"today": date(2024, 3, 1), "due": date(2024, 4, 2)}
    facts = (
        Fact("title", "Sales of 112 goods"),
        Fact("top", "12"),
        *(Fact(n, str(d), "date", d) for n, d in days.items()),
    )
    blocks = (Heading(say("Sales of 112 goods"), 0), Paragraph(say("2024-03-01"), "byline"),
              Paragraph(say("At most 12 were sold until 2024-04-02.")))  # fmt: skip
    document = Document("report", "en", 1, blocks, (), facts, (), tuple(days))
    own = with_own_prose(document, PASSAGES, random.Random(1))
    assert [fact.name for fact in own.facts] == ["title", "today"] and own.chronology == ("today",)


@pytest.mark.parametrize(("language", "address"), [("zh", "张三先生："), ("ja", "張三様")])
def test_a_name_that_its_title_follows_without_a_blank_is_still_a_fact(language: str, address: str) -> None:
    blocks = (Paragraph(say(address), "salutation"), Paragraph(say("请多保重身体。")))
    document = Document("letter", language, 1, blocks, (), (Fact("recipient", address[:2], "name"),))
    assert with_own_prose(document, PASSAGES, random.Random(1)).facts == document.facts


def test_sentences_are_asked_for_only_where_their_ends_are_known() -> None:
    document, look, drawn = make(3, kind="report", complexity=3)
    truth = truth_of(document, drawn, look, written(document, drawn, look))

    def asked(given: Mapping[str, object]) -> set[str]:
        return {q.op for seed in range(20) for q in proposals(given, SPOKEN, random.Random(seed))}

    assert "sentence" in asked(truth)
    for more in ({"own_text": [["a.txt", 1]]}, {"language": "it"}):
        assert asked(truth) - asked(truth | more) >= {"sentence"}
