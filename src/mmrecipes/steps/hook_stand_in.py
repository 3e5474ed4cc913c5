"""What the stand-ins of recipes with a hook share: whose turn a call leaves open, and the text a prompt is about.

Covered: raw prompts of the known families, templates given with the request, messages to be continued. Not covered:
what is then said (each recipe's `standin.py`).
"""

from __future__ import annotations

import re

from mmrecipes.core.sample import Part
from mmrecipes.models.call import Call
from mmrecipes.steps.chat_template import ChatTemplate

_USER = r"<\|im_start\|>user|<\|start_header_id\|>user<\|end_header_id\|>|USER:|\[INST\]|<start_of_turn>user|<\|user\|>"
_REST = (
    r"<\|im_start\|>assistant|<\|start_header_id\|>assistant<\|end_header_id\|>|ASSISTANT:|\[/INST\]|"
    r"<start_of_turn>model|<\|assistant\|>|<\|im_end\|>|<\|eot_id\|>|<end_of_turn>|<\|end\|>|</s>"
)
_FENCED = re.compile(r"<(text-[0-9a-f]+)>\n(.*?)\n</\1>", re.DOTALL)


def ends_in_user_turn(text: str) -> bool:
    """Whether the last role marker or end of turn in a raw prompt is the opening of a user's turn."""
    marks = re.findall(f"({_USER})|{_REST}", text)
    return bool(marks) and bool(marks[-1])


def takes_user_turn(call: Call, play: str) -> bool:
    """Whose turn it is in a call, as a server would render it; `play` is the request to play the user."""
    if call.kind == "completion":
        return ends_in_user_turn(call.text)
    if template := call.extra.get("chat_template"):
        turns = [{"role": m.role, "content": [_part(p) for p in m.parts]} for m in call.messages]
        prompt = bool(call.extra.get("add_generation_prompt", True))
        return ends_in_user_turn(ChatTemplate("request", template).render(turns, prompt))
    if call.extra.get("continue_final_message") and not call.extra.get("add_generation_prompt", True):
        return call.messages[-1].role == "user" and bool(call.messages[-1].text)
    return play in call.messages[-1].text


def _part(part: Part) -> dict[str, str]:
    return {"type": "image"} if part.text is None else {"type": "text", "text": part.text}


def material(call: Call) -> str:
    """The untrusted text of a prompt: what stands in its last fence."""
    return _FENCED.findall(call.messages[0].text)[-1][1]
