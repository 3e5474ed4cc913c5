"""The English phrases of `brevity_phrases`, as regular expressions: function words around a demand.

Covered: what stands in the bank's own description. Each pattern is for a whole sentence or clause, in any letter case.
Not covered: misspellings, "no more than one sentence" and other lengths that leave room for a reason.
"""

from __future__ import annotations


def _any(*alternatives: str) -> str:
    return f"(?:{'|'.join(alternatives)})"


def _spaced(pattern: str) -> str:
    """Blanks stand for any white space, straight apostrophes for both kinds."""
    return pattern.replace(" ?", r"\s*").replace(" ", r"\s+").replace("'", "['’]")


_REASONING = _any(
    "explanations?", "explaining", "reasoning", "reasons?", "justifications?", "elaborations?", "elaborating",
    "details?", "commentary", "comments?", "working", "work", "steps", "thinking", "rationale", "thought process",
    "(?:additional|extra|other|further) (?:text|words?|information|details?)",
)  # fmt: skip
_SUCH = "(?:(?:the|any|your|further|additional|an?|more|extra|detailed|other|step[- ]by[- ]step|intermediate) )*"
_NEEDED = "(?:needed|necessary|required|wanted)"

_LEAD = (
    "(?:(?:please|kindly|just|simply|only|now|and|you (?:must|should|can|may|need to|only need to|just need to)|"
    "i (?:only )?(?:want|need) you to|(?:make|be) sure to|try to),? )*"
)
_ASK = (
    "(?:answer|respond|reply|give|provide|write|output|return|state|choose|select|pick|say|print|submit|use|report|"
    "tell|generate|produce|enter|type|complete):?"
)
_FILLER = (
    "(?: (?:me|us|to|with|the|this|that|these|my|your|each|every|all|following|above|below|given|questions?|query|"
    "problem|it|them|response|reply|answers?|final|correct|right|directly|only|just|by|using|in|as|simply|a|an|of|"
    "one|exactly|please|about|image|picture|based|on|out|from|itself|format|form|strictly|nothing but)\\b,?)*?"
)
_END = (
    "(?:,? (?:only|please|directly|alone|max(?:imum)?|here|as (?:your|the) (?:answer|response)|and nothing (?:else|"
    "more)|(?:to|for) (?:this|the|each)(?: following| above)? questions?|"
    "without (?:any )?(?:further )?(?:explanations?|explaining|reasoning|justification)|with no (?:explanations?|"
    "reasoning)|if possible|(?:is|will be) (?:enough|sufficient|fine)|will do|suffices|from the (?:given |provided |"
    "available )?(?:choices|options)|when answering))*"
)
_REQUEST = f"{_LEAD}{_ASK}{_FILLER} "
_SAYS = (
    "(?:(?:your|the|all|each|final) )*(?:answers?|responses?|reply|it|output) (?:should|must|needs to|has to|can|"
    "may|is to|will)(?: only| just)? (?:be|have|contain|consist of|use|be given|be limited to|not exceed) "
)
_KEEP = (
    "(?:keep|make|limit|restrict|confine) (?:it|your answers?|the answers?|your response|the response|your reply|"
    "answers?)(?: to| as)? "
)
_QUESTION = "(?: (?:to|the|this|that|following|above|questions?|it))*"

_WORD = _any(
    "(?:a |one |1 |single |only |exactly )*(?:word|term)(?:(?:, |,? or |/)(?:a |one |single |short |brief |"
    "very )*(?:phrases?|words?|numbers?))*",
    "(?:a |an )?(?:single|one|1)[- ](?:word|term)(?: or (?:short )?phrase)?(?: (?:answers?|responses?|reply))?",
    "(?:a |one |very )*(?:short|single|brief) (?:phrase|word)(?: or (?:a )?(?:single |short )?(?:word|phrase))?",
)
_FEW = (
    "(?:(?:at most|no more than|not more than|up to|fewer than|less than|under|within|a maximum of|max(?:imum)?|"
    "only|just|a|one to|1 to|1-) ?)*(?:\\d+|two|three|four|five|six|seven|eight|ten|couple of|"
    "few)[- ]words?(?: (?:or|and) (?:less|fewer|under)| at most| max(?:imum)?)?(?: (?:answer|response))?"
)
_LETTER = (
    "(?:(?:option|choice|answer)(?:'s)? |correct |right |corresponding |single |one |the |a |best )*(?:letter|"
    "options? letters)(?: choice)?(?: (?:of|from|for|corresponding to|that corresponds to|among|"
    "in front of) (?:the |your )?(?:given |correct |right |available |provided |above |following |best |"
    "chosen )*(?:options?|choices?|answers?|list|one))?(?: (?:provided|given|above|"
    "below))?(?:,? \\(?\\(?[A-H]\\)?(?:,? ?(?:/|or|and)? ?\\(?[A-H]\\)?)+\\)?)?"
)
_BARE = (
    "(?:the |a |an |your |one |final |numeric(?:al)? |correct |exact |right |single |direct |short |bare |plain |"
    "actual )*(?:answer|result|numbers?|value|option|choice|name|digits?|integer|letter)(?: itself)?"
)
_QUOTE = '["\\x27‘’“”]?'
_YES_NO = (
    f"(?:either |a |simple |simply )*{_QUOTE}(?:yes|true){_QUOTE},? ?(?:or|/|and) ?{_QUOTE}(?:no|false){_QUOTE}"
    "(?: (?:answer|response))?"
)
_SHORT_KIND = (
    "(?:short|brief|concise|succinct|quick|terse|direct|straight|straightforward|minimal|simple|to the point|crisp)"
)
_SHORT = (
    f"(?:a |an |very |as |possible |{_SHORT_KIND}(?:,| and|, and)? )*{_SHORT_KIND}"
    "(?: (?:answers?|responses?|reply|replies|phrases?))?(?: as possible)?"
)
_SHORTLY = (
    "(?:as )?(?:very )?(?:briefly|concisely|succinctly|shortly|tersely|directly|straight ?away|"
    "straightforwardly)(?: as possible)?(?: and (?:concisely|briefly|directly|succinctly))?"
)

_PHRASES = {
    "single_word": (
        f"{_REQUEST}{_WORD}{_END}",
        f"{_LEAD}(?:with |using |in |as )?{_WORD}(?: (?:answers?|responses?|reply))?{_END}",
        f"{_SAYS}{_WORD}{_END}",
    ),
    "few_words": (
        f"{_REQUEST}{_FEW}{_END}",
        f"{_LEAD}(?:with |using |in |as )?{_FEW}{_END}",
        f"{_any(_SAYS, _KEEP)}{_any(_WORD, _FEW)}{_END}",
    ),
    "letter_only": (
        f"{_REQUEST}{_LETTER}{_END}",
        f"{_REQUEST}(?:option|choice|answer),? (?:and|then) {_ASK}{_FILLER}(?: its)? {_LETTER}{_END}",
        f"{_any(_SAYS, 'just ', 'only ')}(?:the )?{_LETTER}{_END}",
        f"(?:the )?(?:option(?:'s)? |choice )?letter(?: only)?{_END}",
    ),
    "yes_no": (
        f"{_REQUEST}{_YES_NO}{_END}",
        f"(?:(?:just|only|simply|in|a) )*{_YES_NO}{_END}",
        f"{_SAYS}{_YES_NO}{_END}",
    ),
    "direct_answer": (
        f"{_LEAD}(?:directly|just|simply|only) {_ASK}(?: (?:to|the|this|that|following|above|questions?|it|me|with|"
        f"your|final|correct|answers?|result))*{_END}",
        f"{_LEAD}{_ASK}(?: (?:to|the|this|that|following|above|questions?|it|your|final|answer|by))* (?:directly|"
        f"straight ?away|only){_END}",
        f"(?:(?:only|just) {_BARE}|{_BARE} (?:only|alone)){_END}",
        f"{_LEAD}{_ASK}(?: (?:me|us|back|with))*,? (?:(?:only|just|nothing but|exactly)(?: with)? {_BARE}|"
        f"{_BARE} (?:only|alone|and nothing else)){_END}",
        f"{_SAYS}(?:only|just|nothing but) {_BARE}{_END}",
        f"(?:please )?only {_BARE} (?:is|are) (?:expected|{_NEEDED})",
    ),
    "short_answer": (
        f"{_REQUEST}{_SHORT}(?: (?:to|for) (?:the|this)(?: following)? question)?{_END}",
        f"{_LEAD}(?:answer|respond|reply){_QUESTION} {_SHORTLY}{_END}",
        f"{_LEAD}{_SHORTLY},? (?:answer|respond|reply){_QUESTION}{_END}",
        f"{_any(_KEEP, _SAYS, f'{_LEAD}be ', 'make it ')}(?:it )?{_SHORT}{_END}",
        f"(?:{_SHORT_KIND}(?:,? (?:and )?{_SHORT_KIND})?|one[- ]line) (?:answers?|responses?|reply)(?: please| only)?",
        "(?:briefly|concisely)",
    ),
    "no_explanation": (
        f"{_LEAD}(?:do not|don't|never|avoid|refrain from|no) (?:need to )?"
        "(?:explain(?:ing)?|justify(?:ing)?|elaborat(?:e|ing)|reason)(?: (?:your|the|why|how|it|on|anything|further|"
        "answer|"
        f"choice|reasoning|response|this|steps?|or|justify|elaborate|and))*{_END}",
        f"{_LEAD}(?:do not|don't|never) (?:show|provide|give|include|add|write|output|offer|use|print|say|"
        "state|supply) "
        f"{_SUCH}(?:{_REASONING}|anything else)(?: (?:or|and) {_SUCH}{_REASONING})*(?: in your (?:answer|"
        f"response))?{_END}",
        f"(?:and )?(?:please )?(?:with )?(?:no|without|skip|omit|leave out|avoid) {_SUCH}{_REASONING}(?:,? (?:or|"
        f"and|nor) {_SUCH}{_REASONING})*(?: (?:for|of) your (?:answer|choice))?(?: (?:(?:is|are) )?{_NEEDED})?{_END}",
        "(?:there is |there's |you (?:have|do not have|don't have) |you )?(?:no need|not need|do not need|"
        "don't need) "
        f"(?:to (?:explain|justify|elaborate|give reasons|show (?:your )?(?:work|steps))|"
        f"(?:for )?{_SUCH}{_REASONING})"
        "(?: (?:why|how|your (?:answer|reasoning|choice)))?" + _END,
        f"{_SUCH}{_REASONING} (?:is|are) (?:not |un){_NEEDED}",
        "(?:and )?nothing (?:else|more)",
    ),
}

ENGLISH = {kind: tuple(map(_spaced, patterns)) for kind, patterns in _PHRASES.items()}
"""Kind of request to its patterns."""
