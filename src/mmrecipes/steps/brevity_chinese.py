"""The Chinese phrases of `brevity_phrases`, as regular expressions.

Covered: what stands in the bank's own description, in simplified characters. Each pattern is for a whole sentence or
clause without its punctuation. Not covered: traditional characters.
"""

from __future__ import annotations

_PLEASE = "(?:请|麻烦|你)?(?:务必|注意|一定)?"
_ONLY = "(?:只|仅|只需要?|仅需|只要|只能|仅仅|直接|就|简单)"
_WITH = "(?:用|以|使用|通过|按)"
_REPLY = "(?:来?回答|作答|回复|答复|答题|答|输出|给出|写出?|填写?|选择?|返回|提供|说|告诉我|选出)"
_QUESTION = "(?:这个|该|此|上述|以下|下列|下面的|上面的)?(?:问题|题目|提问|题)?"
_WORD = (
    "(?:(?:一|1|单|单独一|几|两|三|少数几?)?个?(?:单词|词语|词组|词|短语|字)"
    "(?:(?:或者?|/|、)(?:一个)?(?:简短的?)?(?:词语|词组|短语|单词|数字|词))?)"
)
_FEW = r"(?:\d+|[一二两三四五六七八九十]+|几)个?(?:字|词|单词)(?:以?内|之内)?"
_GIVEN = "(?:给定|所给|以下|上述|下列|下面|提供|可选)?的?"
_LETTER = (
    "(?:(?:正确|对应|给定|所选|相应|正确答案|所给)?的?(?:选项|答案|选择)?(?:对应|中|前面?|所对应)?的?"
    "(?:大写)?(?:字母|序号|编号))"
)
_YES_NO = (
    "[“\"‘']?(?:是|对|正确|有|yes)[”\"’']?(?:或者?|/|、|还是|和)[“\"‘']?(?:否|不是|不对|错|错误|没有|不|no)[”\"’']?"
)
_BARE = "(?:最终|正确|最后)?的?(?:答案|结果|数字|数值|选项)"
_SHORT = "(?:简短|简洁|简要|简单|简明|简练|扼要|精炼)"
_REASONING = (
    "(?:(?:解释|说明)(?:你的|其)?(?:理由|原因|过程|推理)?|理由|原因|推理过程|推理|过程|解析|步骤|分析|解题过程|"
    "多余的?(?:内容|文字|话)|其他(?:任何)?(?:内容|文字))"
)
_NO = "(?:不要|不需要|不用|不必|无需|无须|勿|别|毋需|不)"
_GIVE = "(?:给出|提供|做|作|写|输出|附加|附上|包含|添加|加|进行|说)?"
_ANY = "(?:任何|其他|额外|多余|详细|你的|具体)?的?"

CHINESE = {
    "single_word": (
        f"{_PLEASE}{_ONLY}?{_WITH}{_WORD}(?:来|的形式)?{_REPLY}{_QUESTION}(?:即可)?",
        f"{_PLEASE}{_QUESTION}{_ONLY}?{_REPLY}?{_WORD}{_REPLY}?(?:即可)?",
    ),
    "few_words": (
        f"{_PLEASE}(?:答案|回答)?请?(?:不(?:要)?超过|限制?在|控制在|少于|最多){_FEW}",
        f"{_PLEASE}{_ONLY}?{_WITH}(?:不超过|最多)?{_FEW}{_REPLY}{_QUESTION}",
    ),
    "letter_only": (
        f"{_PLEASE}{_ONLY}?(?:{_WITH}|从)?{_GIVEN}(?:选项|答案|选择)?(?:中|里|之中)?的?{_ONLY}?{_REPLY}?{_LETTER}"
        f"(?:{_REPLY}{_QUESTION}|即可)?",
        f"{_PLEASE}{_ONLY}{_REPLY}选项(?:即可)?",
        f"{_PLEASE}(?:直接|只|仅)从{_GIVEN}选项中(?:选择|选出|选)(?:答案|一个)?(?:即可)?",
    ),
    "yes_no": (
        f"{_PLEASE}{_ONLY}?{_REPLY}{_YES_NO}(?:即可)?",
        f"{_PLEASE}{_ONLY}?(?:能|可以)?{_WITH}{_YES_NO}来?{_REPLY}{_QUESTION}(?:即可)?",
        _YES_NO,
    ),
    "direct_answer": (
        f"{_PLEASE}{_ONLY}{_REPLY}{_QUESTION}的?(?:{_BARE})?(?:即可|就行|就好)?",
        f"{_PLEASE}(?:给出|给我)(?:一个)?(?:直接|简短|简洁|简单)的?(?:答案|回答)",
    ),
    "short_answer": (
        f"{_PLEASE}{_WITH}?(?:一个)?{_SHORT}的?(?:地|的?语言|的?方式|的?话)?来?(?:回答|作答|回复|答|答案){_QUESTION}",
        f"(?:答案|回答)(?:请|要|应|应该|需)?(?:尽量|尽可能)?(?:保持)?{_SHORT}(?:一些|一点|些)?",
    ),
    "no_explanation": (
        f"{_PLEASE}(?:并|且|并且|也|但)?{_NO}{_GIVE}{_ANY}{_REASONING}(?:(?:或|和|、)(?:任何)?{_REASONING})*",
    ),
}
"""Kind of request to its patterns."""
