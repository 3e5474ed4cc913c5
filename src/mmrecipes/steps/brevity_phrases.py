"""The phrase bank of `brevity`: requests for an answer without reasoning, in English and Chinese, and what guards them.

Covered: one word or phrase, few words, the option's letter only, the bare answer, short or direct answers, no
explanation, yes or no only. A phrase matches a whole sentence or clause, never a part of one, and is made of function
words and the demand itself, so that a sentence that says anything else ("in euros", "as JSON") does not match. Not
covered: other languages, demands for a form.
"""

from __future__ import annotations

import re

from mmrecipes.steps.brevity_chinese import CHINESE
from mmrecipes.steps.brevity_english import ENGLISH

BANK = {kind: "|".join((*ENGLISH[kind], *CHINESE[kind])) for kind in ENGLISH}
"""Kind of request to one regular expression without anchors."""
OF_LENGTH = frozenset({"single_word", "few_words", "short_answer"})
"""Kinds that ask for a length, which may be a part of the task."""
TASK = re.compile(
    r"\b(?:describe|description|caption|summar(?:y|i[sz]e)|write|compose|title|headline|translate|transcribe|paraphrase|"
    r"rewrite|define|express|label|slogan|poem|story)\b|描述|概括|总结|写|标题|翻译|转写|改写|形容",
    re.IGNORECASE,
)
"""Tasks of which a length is a part."""
POLAR = re.compile(
    r"\s*(?!what|which|who|where|when|why|how)"
    r"(?:.*[?？]|(?:is|are|was|were|do|does|did|can|could|will|would|has|have|should)\b)|"
    r".*(?:吗|是否|有没有|是不是)",
    re.IGNORECASE | re.DOTALL,
)
"""Questions that "yes" or "no" answers."""
HINT = re.compile(
    r"word|term|phrase|letter|\b(?:yes|true)\b|only|just|direct|straight|brief|short|concise|succinct|quick|terse|minimal|"
    r"simpl|crisp|point|expla|justif|elabor|reason|detail|comment|work|steps|thinking|rationale|thought|nothing|else|"
    r"additional|extra|other|further|one[- ]line|[词字语母号是对有直只仅简答不无勿别结选]",
    re.IGNORECASE,
)
"""Every phrase of the bank holds one of these; a text without them need not be looked at closely."""
LABEL = re.compile(
    r"(?:question|q|hint|note|context|task|answer|问题|提示|注意|题目|答案|请?回答(?:以下|下面的?|下列)?问题|"
    r"(?:please\s+)?(?:answer|respond\s+to)\s+(?:the|this)\s+(?:following\s+)?question)\s*[.:：。]?",
    re.IGNORECASE,
)
"""What asks nothing by itself."""
