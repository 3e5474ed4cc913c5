"""Chat templates of model families, written for this project: what to use when no model folder is at hand.

Covered: how each family opens turns, shows an image and closes a turn, with its default system turn; families of models
that see images and of models that read text alone. Not covered: tools, videos, reasoning. A model's own template is
always better: these know nothing of a fine-tune's changes.
"""

from __future__ import annotations

import re

from mmrecipes.steps.chat_template import ChatTemplate

_QWEN = """\
{%- if messages[0].role != 'system' -%}
{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}
{%- endif -%}
{%- for turn in messages -%}
{{ '<|im_start|>' + turn.role + '\\n' }}
{%- if turn.content is string -%}
{{ turn.content }}
{%- else -%}
{%- for part in turn.content -%}
{{ '<|vision_start|><|image_pad|><|vision_end|>' if part.type == 'image' else part.text }}
{%- endfor -%}
{%- endif -%}
{{ '<|im_end|>\\n' }}
{%- endfor -%}
{{ '<|im_start|>assistant\\n' if add_generation_prompt else '' }}"""

_QWEN_3 = _QWEN.partition("{%- endif -%}\n")[2]
"""Without the default system turn."""

_LLAMA_3 = """\
{{- bos_token -}}
{%- for turn in messages -%}
{{ '<|start_header_id|>' + turn.role + '<|end_header_id|>\\n\\n' }}
{%- if turn.content is string -%}
{{ turn.content }}
{%- else -%}
{%- for part in turn.content -%}
{{ '<|image|>' if part.type == 'image' else part.text }}
{%- endfor -%}
{%- endif -%}
{{ '<|eot_id|>' }}
{%- endfor -%}
{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' if add_generation_prompt else '' }}"""

_VICUNA = """\
{%- for turn in messages -%}
{{ '' if turn.role == 'system' else turn.role | upper + ': ' }}
{%- if turn.content is string -%}
{{ turn.content + ' ' }}
{%- else -%}
{%- for part in turn.content if part.type == 'image' -%}
{{ '<image>\\n' }}
{%- endfor -%}
{%- for part in turn.content if part.type == 'text' -%}
{{ part.text + ' ' }}
{%- endfor -%}
{%- endif -%}
{%- endfor -%}
{{ 'ASSISTANT:' if add_generation_prompt else '' }}"""

_MISTRAL = """\
{{- bos_token -}}
{%- for turn in messages -%}
{%- if turn.role == 'assistant' -%}
{{ turn.content + eos_token }}
{%- else -%}
{{ '[INST]' }}
{%- if turn.content is string -%}
{{ turn.content }}
{%- else -%}
{%- for part in turn.content -%}
{{ '[IMG]' if part.type == 'image' else part.text }}
{%- endfor -%}
{%- endif -%}
{{ '[/INST]' }}
{%- endif -%}
{%- endfor -%}"""

_GEMMA_3 = """\
{{- bos_token -}}
{%- for turn in messages -%}
{{ '<start_of_turn>' + ('model' if turn.role == 'assistant' else turn.role) + '\\n' }}
{%- if turn.content is string -%}
{{ turn.content | trim }}
{%- else -%}
{%- for part in turn.content -%}
{{ '<start_of_image>' if part.type == 'image' else part.text | trim }}
{%- endfor -%}
{%- endif -%}
{{ '<end_of_turn>\\n' }}
{%- endfor -%}
{{ '<start_of_turn>model\\n' if add_generation_prompt else '' }}"""

_PHI_3 = """\
{%- set shown = namespace(images=0) -%}
{%- for turn in messages -%}
{{ '<|' + turn.role + '|>\\n' }}
{%- if turn.content is string -%}
{{ turn.content }}
{%- else -%}
{%- for part in turn.content -%}
{%- if part.type == 'image' -%}
{%- set shown.images = shown.images + 1 -%}
{{ '<|image_' ~ shown.images ~ '|>\\n' }}
{%- else -%}
{{ part.text }}
{%- endif -%}
{%- endfor -%}
{%- endif -%}
{{ '<|end|>\\n' }}
{%- endfor -%}
{{ '<|assistant|>\\n' if add_generation_prompt else '' }}"""

_S = {"bos_token": "<s>", "eos_token": "</s>"}
FAMILIES = {
    t.name: t
    for t in (
        ChatTemplate("qwen-vl", _QWEN, {"eos_token": "<|im_end|>"}),
        ChatTemplate("qwen3-vl", _QWEN_3, {"eos_token": "<|im_end|>"}),
        ChatTemplate("llama-3-vision", _LLAMA_3, {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"}),
        ChatTemplate("llava-vicuna", _VICUNA, _S),
        ChatTemplate("mistral-pixtral", _MISTRAL, _S),
        ChatTemplate("gemma-3", _GEMMA_3, {"bos_token": "<bos>", "eos_token": "<eos>"}),
        ChatTemplate("phi-3-vision", _PHI_3, {"bos_token": "<s>", "eos_token": "<|endoftext|>"}),
    )
}
"""Family name to template."""

_MODELS = (
    (r"qwen-?2(\.5)?-?vl|qvq", "qwen-vl"),
    (r"qwen-?3(\.\d)?-?vl", "qwen3-vl"),
    (r"llama-?3\.2.*vision", "llama-3-vision"),
    (r"llava-?(v?1\.5|v?1\.6.*vicuna)", "llava-vicuna"),
    (r"pixtral", "mistral-pixtral"),
    (r"gemma-?3", "gemma-3"),
    (r"phi-?3(\.5)?-vision", "phi-3-vision"),
)


def family_of(model: str) -> str:
    """The family that a model's name belongs to; empty when the name does not say."""
    name = model.lower()
    return next((family for pattern, family in _MODELS if re.search(pattern, name)), "")


_BEFORE_THE_FIRST_TURN = """\
{%- set told = messages[0].content + '\n\n' if messages[0].role == 'system' else '' -%}
{%- for turn in messages if turn.role != 'system' -%}
"""
"""Families without system turns put what one says at the beginning of the user's turn."""

_GEMMA = (
    "{{- bos_token -}}\n"
    + _BEFORE_THE_FIRST_TURN
    + """\
{{ '<start_of_turn>' + ('model' if turn.role == 'assistant' else 'user') + '\\n' }}
{{- (told if loop.first else '') + turn.content | trim + '<end_of_turn>\\n' -}}
{%- endfor -%}
{{ '<start_of_turn>model\\n' if add_generation_prompt else '' }}"""
)

_MISTRAL_TEXT = (
    "{{- bos_token -}}\n"
    + _BEFORE_THE_FIRST_TURN
    + """\
{%- if turn.role == 'assistant' -%}
{{ ' ' + turn.content + eos_token }}
{%- else -%}
{{ '[INST] ' + (told if loop.first else '') + turn.content + ' [/INST]' }}
{%- endif -%}
{%- endfor -%}"""
)

TEXT_FAMILIES = {
    t.name: t
    for t in (
        ChatTemplate("qwen", _QWEN, {"eos_token": "<|im_end|>"}),
        ChatTemplate("chatml", _QWEN_3, {"eos_token": "<|im_end|>"}),
        ChatTemplate("llama-3", _LLAMA_3, {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"}),
        ChatTemplate("vicuna", _VICUNA, _S),
        ChatTemplate("mistral", _MISTRAL_TEXT, _S),
        ChatTemplate("gemma", _GEMMA, {"bos_token": "<bos>", "eos_token": "<eos>"}),
        ChatTemplate("phi-3", _PHI_3, {"bos_token": "<s>", "eos_token": "<|endoftext|>"}),
    )
}
"""Family name to template, of models that read text alone."""

_TEXT_MODELS = (
    (r"qwen-?3|hermes|smollm", "chatml"),
    (r"qwen", "qwen"),
    (r"llama-?3", "llama-3"),
    (r"vicuna", "vicuna"),
    (r"mi[sx]tral", "mistral"),
    (r"gemma", "gemma"),
    (r"phi-?3", "phi-3"),
)


def text_family_of(model: str) -> str:
    """The family of text models that a name belongs to; empty when the name does not say."""
    name = model.lower()
    return next((family for pattern, family in _TEXT_MODELS if re.search(pattern, name)), "")
