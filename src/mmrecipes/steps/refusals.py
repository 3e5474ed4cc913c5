"""Responses that refuse: an apology or a word about being a machine, and that something cannot be done.

Covered: English and Chinese, at the beginning of a response. Not covered: an answer that says what a picture does not
show ("The price cannot be read"), which is an answer; quoted speech.
"""

from __future__ import annotations

import re

from mmrecipes.core.sample import Sample
from mmrecipes.steps.rules import Finding

_CANNOT = (
    r"\b(?:i|we)(?: |(?=['’]))(?:can(?:['’]t| ?not)|could(?:n['’]t| not)|wo(?:n['’]t| not)|will not|"
    r"(?:do not|don['’]t) have|"
    r"(?:am|['’]m|are|['’]re) (?:not able|unable|not allowed|not permitted|not comfortable|not in a position))"
)
_HELP = (
    r"(?:to )?(?:be able to )?(?:\w+ )?(?:assist|help|comply|fulfil|engage|provide|answer|complete|do that|continue|"
    r"support|view|see (?:the|any|this|your|an?) (?:image|picture|photo)|access|open|process|display|look at|"
    r"read the (?:image|picture)|identify (?:people|individuals|the person|real))"
)
_REFUSAL = re.compile(
    r"[\s*_]*(?:"
    rf"(?:(?:i ?(?:['’]m|am)|we(?:['’]re| are)) )?(?:so |very |really |truly )?(?:sorry|afraid)\b.{{0,60}}?{_CANNOT}"
    rf"|(?:i |my |sincere )*apologi[sz]?e?s?\b.{{0,60}}?{_CANNOT}"
    rf"|(?:unfortunately|regrettably),? {_CANNOT} {_HELP}"
    rf"|as an? (?:ai|artificial|large language|language|text|virtual|machine)\b.{{0,80}}?{_CANNOT}"
    rf"|{_CANNOT} {_HELP}\b"
    r"|(?:非常|很|十分|真的)?(?:抱歉|对不起|不好意思|遗憾).{0,24}?(?:无法|不能|没办法|没有能力|不便|不可以)"
    r"|作为(?:一个|一名|一款)?.{0,8}?(?:AI|人工智能|语言模型|大模型|助手).{0,40}?(?:无法|不能|没有|不具备)"
    r"|我(?:目前|暂时|现在)?(?:无法|不能|没有?办法|没有能力)(?:直接)?"
    r"(?:查看|看到|访问|打开|提供|回答|协助|帮助|满足|处理|完成|继续|帮)"
    r")",
    re.IGNORECASE | re.DOTALL,
)


def refusal_in(text: str) -> str:
    """The words with which a text refuses; empty when it does not."""
    found = _REFUSAL.match(text)
    return found[0] if found else ""


def refusal(sample: Sample) -> Finding | None:
    """No response refuses."""
    for message in sample.messages:
        if message.role == "assistant" and (words := refusal_in(message.text)):
            return Finding("refusal", repr(words[:80]))
    return None
