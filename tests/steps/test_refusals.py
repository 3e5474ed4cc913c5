"""Claims about refusals: those that begin a response are found, answers about what cannot be seen are not."""

from __future__ import annotations

import pytest

from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.steps.refusals import refusal, refusal_in

REFUSALS = (
    "I'm sorry, but I can't help with that.", "I’m sorry, I cannot assist with this request.",
    "Sorry, I can't view images.",
    "I am sorry, but as an AI I am unable to see the picture.", "I apologize, but I cannot provide that.",
    "My apologies, but I won't be able to do that.", "As an AI language model, I cannot see images.",
    "I can't assist with that.", "I cannot help identify people.", "I am unable to view the image.",
    "I'm unable to process images directly.", "Unfortunately, I cannot provide an answer.",
    "I'm afraid I can't do that.",
    "**I'm sorry**, but I don't have access to it.", "抱歉，我无法回答这个问题。", "对不起，我不能提供该信息。",
    "作为一个AI语言模型，我无法查看图片。", "我无法查看图片。", "非常抱歉，目前无法完成您的请求。",
)  # fmt: skip
ANSWERS = (
    "I can see two dogs.", "The price cannot be read in the picture.", "I cannot see any dog in the picture.",
    "The sign says: I'm sorry, we are closed.", "Sorry is written on the card.",
    "\"I'm sorry, I can't,\" says the man in the speech bubble.",
    "Unfortunately, the chart does not show the year 2019.", "No, the person is unable to see the road.",
    "As an apple tree, it can't bloom in winter.", "The man can't help smiling.", "It is impossible to tell.",
    "他无法打开门。", "图中的人说抱歉。", "我无法确定车的品牌。", "",
)  # fmt: skip


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_is_found(text: str) -> None:
    assert refusal_in(text)


@pytest.mark.parametrize("text", ANSWERS)
def test_an_answer_is_no_refusal(text: str) -> None:
    assert not refusal_in(text)


def test_the_rule_looks_at_every_response_and_at_no_instruction() -> None:
    asking = Sample(id="a", messages=(user("I'm sorry, I can't read this. What is it?"), assistant("A map.")))
    refusing = asking.having(messages=(*asking.messages, user("And this?"), assistant("I can't help with that.")))
    assert refusal(asking) is None
    found = refusal(refusing)
    assert found is not None and found.reason == "refusal" and "I can't help" in found.detail
