"""What a writer's reply must be: honest prose passes word for word, a hostile one is refused with a name."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from mmrecipes.models.call import Choice, Malformed, Reply, Usage
from mmrecipes.recipes.qianfan_vl.document.wording import reply_model, texts_of
from mmrecipes.render.documents.slots import Quote, Slot
from mmrecipes.render.documents.tree import Document, Fact, Paragraph, say

PRICE = "CHF\u00a015,125.00"
QUOTES = (
    Quote("person", "Ida Voss"), Quote("later date", "12 May 2021"), Quote("amount", PRICE), Quote("number", "32"),
    Quote("top", "Bay Pier"), Quote("top value", "45.2 kg"), Quote("low", "Mill End"), Quote("low value", "12.9 kg"),
    Quote("start", "1 June 2021"),
)  # fmt: skip
SLOTS = (
    Slot("heading_1", "heading", "", (3, 60), (), (), 0, ""),
    Slot("paragraph_1", "paragraph", "", (20, 300), ("12 May 2021",), QUOTES, 1, ""),
)
FACTS = (
    Fact("later", "12 May 2021", "date", date(2021, 5, 12)),
    Fact("start", "1 June 2021", "date", date(2021, 6, 1)),
)
PRINTED = (Paragraph(say("Harlan Freight Ltd\nService Agreement with the Supplier"), "letterhead"),)
GOOD = "We write to you about the matter of 12 May 2021."


def told(text: str, heading: str = "What we ask of you", language: str = "en") -> dict[str, str]:
    document = Document("letter", language, 1, PRINTED, (), FACTS, (), ("later", "start"))
    return read(json.dumps({"heading_1": heading, "paragraph_1": text}), document)


def read(reply: str, document: Document | None = None, **choice: Any) -> dict[str, str]:
    document = document or Document("letter", "en", 1, PRINTED, (), FACTS, (), ("later", "start"))
    return texts_of(Reply((Choice(reply, **choice),), "m", Usage(1, 1)), SLOTS, document)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "“We’re glad,” said Ida Voss on 12 May 2021. “Now I’d like to see it through.”",
        "By 12 May 2021 Ida Voss had spent 32 hours on it; the one-off cost is with the Supplier (see below).",
        "On 12 May 2021 Bay Pier led with 45.2 kg, while Mill End came last with 12.9 kg. With 45.2 kg, Bay Pier won.",
        "Harlan Freight is grateful: Voss, our second reader, has until 12 May 2021 – no later –, or 1 June 2021.",
    ],
)
def test_honest_prose_passes_as_it_was_written(text: str) -> None:
    assert told(text)["paragraph_1"] == text


def test_a_fact_with_a_blank_that_does_not_break_is_printed_as_it_is_known() -> None:
    assert told(f"{GOOD} It comes to CHF 15,125.00.")["paragraph_1"] == f"{GOOD} It comes to {PRICE}."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f'{GOOD} #image("/etc/passwd")', "markup"), (f"{GOOD} <b>now</b>", "markup"), (f"{GOOD} $x$", "markup"),
        (f"{GOOD} &lt;b", "markup"), (f"{GOOD} see www.example", "markup"), (f"{GOOD} a\\b", "markup"),
        (f"{GOOD} It took 33 hours.", "number_not_in_facts"), (f"{GOOD} It took 132 hours.", "number_not_in_facts"),
        (f"{GOOD} It took 32,5 hours.", "number_not_in_facts"), (f"{GOOD} That is ½ of it.", "number_not_in_facts"),
        (f"{GOOD} That is -32 degrees.", "number_not_in_facts"), (f"{GOOD} It took ٣ hours.", "unsupported_script"),
        (f"{GOOD} It took twenty-five hours.", "number_not_in_facts"), (f"{GOOD} Two came.", "number_not_in_facts"),
        (f"{GOOD} It was 32 %.", "amount_not_in_facts"), (f"{GOOD} It was €32.", "amount_not_in_facts"),
        (f"{GOOD} It ends in July.", "name_not_in_facts"), (f"{GOOD} Monday is best.", "name_not_in_facts"),
        (f"{GOOD} We met Balthasar.", "name_not_in_facts"), (f"{GOOD} Ibrahim came.", "name_not_in_facts"),
        (f"{GOOD} We met Ida Freight.", "name_not_in_facts"), (f"{GOOD} We met Voss Ida.", "name_not_in_facts"),
        (f"{GOOD} Mill End leads with 45.2 kg.", "fact_misplaced"),
        (f"{GOOD} With 12.9 kg, Bay Pier is last.", "fact_misplaced"),
        ("It begins on 1 June 2021, not on 12 May 2021.", "fact_misplaced"),
        ("We write to you about the matter of last week.", "fact_missing"),
        (f"{GOOD} Привет.", "unsupported_script"), (f"{GOOD} 😀", "markup"), (f"{GOOD} So → so.", "markup"),
        (f"{GOOD} ꬰ", "unsupported_characters"),
        (f"{GOOD} \ue000hidden\ue001", "control_characters"), (f"{GOOD} \u202eback", "control_characters"),
        (f"{GOOD} It took twen\u200dty days.", "control_characters"),
        (f"{GOOD} It took twen\ufe0fty days.", "control_characters"),
        ("12 May 2021", "wrong_length"), (f"{GOOD} {'and so on ' * 95_000}", "wrong_length"),
        (f"{GOOD} {'a' * 60}", "wrong_length"),
    ],
)  # fmt: skip
def test_what_is_no_prose_of_this_document_is_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(Malformed) as refused:
        told(text)
    assert refused.value.reason == reason and "paragraph_1" in refused.value.why and len(refused.value.why) <= 600


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("Here it is.", "not_json"), ('{"heading_1": "What we ask"}', "wrong_shape"), ("[]", "wrong_shape"),
        (json.dumps({"heading_1": "What we ask", "paragraph_1": GOOD, "paragraph_2": GOOD}), "wrong_shape"),
        (json.dumps({"heading_1": "What we ask", "paragraph_1": [GOOD]}), "wrong_shape"),
        (json.dumps({"heading_1": GOOD, "paragraph_1": GOOD}), "number_not_in_facts"),
        (json.dumps({"heading_1": "x", "paragraph_1": "y" * 1_100_000}), "not_json"), ("", "empty"),
    ],
)  # fmt: skip
def test_a_reply_in_another_form_is_refused(reply: str, reason: str) -> None:
    with pytest.raises(Malformed) as refused:
        read(reply)
    assert refused.value.reason == reason


def test_a_reply_that_is_cut_off_or_withheld_is_none() -> None:
    for choice, reason in (({"finish": "length"}, "truncated"), ({"refusal": "no"}, "refused")):
        with pytest.raises(Malformed) as refused:
            read("{}", **choice)
        assert refused.value.reason == reason


def test_two_texts_alike_and_texts_in_another_language_are_refused() -> None:
    same = "We come with thanks"
    with pytest.raises(Malformed, match="repeated_text"):
        texts_of(
            Reply((Choice(json.dumps({"a": same, "b": same.replace("c", "C", 0)})),), "m", Usage(1, 1)),
            [Slot(n, "name of a dish", "", (3, 60), (), (), k, "") for k, n in enumerate("ab")],
            Document("menu", "en", 1, ()),
        )
    german = (
        "Wir danken für den langen brief vom 12 May 2021 und bitten um ein wenig geduld, weil noch nicht alle papiere "
        "bei uns sind. Wenn sie da sind, dann werden wir uns melden und alles mit der gruppe besprechen, was noch "
        "offen ist, denn es ist nicht wenig."
    )
    with pytest.raises(Malformed, match="wrong_language"):
        told(german)


@pytest.mark.parametrize(
    ("language", "text", "reason"),
    [
        ("fr", "Nous serons là le 12 May 2021, puis en mars.", "date_not_in_facts"),
        ("de", "Wir kommen am 12 May 2021 nach Berlin zurück.", "name_not_in_facts"),
        ("zh", "我们在 12 May 2021 开会，共有三十五人参加，谢谢大家。", "number_not_in_facts"),
        ("zh", "我们在 12 May 2021 开会，第５位客人也来了，谢谢大家。", "number_not_in_facts"),
        ("ru", "Мы пишем о встрече 12 May 2021, где был Иван.", "name_not_in_facts"),
        ("hi", "हम 12 May 2021 को मिलेंगे और ३ लोग आएँगे।", "number_not_in_facts"),
    ],
)  # fmt: skip
def test_other_languages_keep_to_the_facts_as_well(language: str, text: str, reason: str) -> None:
    heading = {"fr": "Notre demande", "de": "Unsere Bitte", "zh": "我们的请求", "ru": "Наша просьба", "hi": "हमारी बात"}
    with pytest.raises(Malformed) as refused:
        told(text, heading[language], language)
    assert refused.value.reason == reason, refused.value.why


def test_persian_words_are_spelt_with_a_joiner() -> None:
    text = "در 12 May 2021 دوباره می\u200cنویسیم و سپاس می\u200cگوییم."
    assert told(text, "خواهش ما", "fa")["paragraph_1"] == text


@pytest.mark.parametrize("low", ["Bay", "Pier", "Old Bay Pier", "Bay Pier East"])
def test_a_day_value_or_name_that_stands_within_another_one_is_not_taken_for_it(low: str) -> None:
    quotes = (Quote("later date", "12 May 2021"), Quote("top", "Bay Pier"), Quote("top value", "15.2 kg"),
              Quote("low", low), Quote("low value", "5.2 kg"))  # fmt: skip
    slot = Slot("a", "paragraph", "", (20, 300), (), quotes, 0, "")
    days = (Fact("early", "2 May 2021", "date"), Fact("later", "12 May 2021", "date"))
    document = Document("report", "en", 1, (), (), days, (), ("early", "later"))

    def said(text: str) -> str:
        return texts_of(Reply((Choice(json.dumps({"a": text})),), "m", Usage(1, 1)), [slot], document)["a"]

    text = f"On 12 May 2021 Bay Pier led with 15.2 kg, and {low} was last with 5.2 kg. With 5.2 kg, {low} was last."
    assert said(text) == text
    with pytest.raises(Malformed, match="fact_misplaced"):
        said(f"In short, {low} led with 15.2 kg.")


def test_the_schema_has_exactly_the_slots() -> None:
    schema = reply_model(("title_1", "item_1")).model_json_schema()
    assert set(schema["properties"]) == set(schema["required"]) == {"title_1", "item_1"}
    assert schema["additionalProperties"] is False and {p["type"] for p in schema["properties"].values()} == {"string"}
