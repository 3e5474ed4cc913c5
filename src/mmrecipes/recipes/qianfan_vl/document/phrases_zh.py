"""The phrases questions and replies about documents are composed of, in Chinese; names and slots as in `phrases`.

Further slots: {is} asks for the value of a fact by its kind (是多少, 是哪一天), {m} is the measure word of {things}.
"""

from __future__ import annotations

PREFIX = "zh."
OPENINGS = (
    "",
    "",
    "请看这份文档。",
    "请阅读图中的页面。",
    "根据图中的文档，",
    "请仔细看这一页，",
    "依据页面内容，",
    "关于这份文件，",
    "只根据印出的内容回答：",
    "我想核对文件里的一处内容：",
    "看图回答：",
    "这是一份扫描件，",
)
SHORT = (
    "",
    "",
    "请简短回答。",
    "只写答案。",
    "不需要解释。",
    "直接给出结果。",
    "尽量简短。",
)
VERBATIM = ("请按原文写出。", "请照原样回答。")
FULL = (
    "请用一句完整的话回答。",
    "请把答案写成一句话。",
    "用完整的句子作答。",
    "请用一句话说明。",
)

CORES: dict[str, tuple[str, ...]] = {
    "lookup": (
        "{spoken}{is}？",
        "文中写明的{spoken}{is}？",
        "请找出{spoken}。",
        "请读出{spoken}。",
        "上面给出的{spoken}{is}？",
        "我想知道{spoken}{is}。",
        "请告诉我{spoken}。",
        "页面上印着的{spoken}{is}？",
    ),
    "field": (
        "{label}一栏填的是什么？",
        "{label}的内容是什么？",
        "{label}后面写着什么？",
        "请读出{label}这一项。",
        "哪个值对应{label}？",
        "{label}这一项给出的是什么？",
        "与{label}对应的内容是什么？",
        "请找到{label}，写出它的内容。",
    ),
    "title": (
        "标题是什么？",
        "这份文档叫什么？",
        "请照原样写出标题。",
        "最上面的大标题写的是什么？",
        "页面的主标题是哪几个字？",
        "这份文件的名称是什么？",
    ),
    "count": (
        "一共有多少{m}{things}？",
        "请数一数有几{m}{things}。",
        "文档里有多少{m}{things}？",
        "{things}的数量是多少？",
        "能看到几{m}{things}？",
        "这份文档总共包含几{m}{things}？",
    ),
    "next_heading": (
        "{heading}之后的下一个标题是什么？",
        "紧接在{heading}后面的是哪个标题？",
        "标题{heading}的后一个标题是什么？",
        "请写出{heading}之后的那个标题。",
        "{heading}这一节结束后，接着是哪个标题？",
    ),
    "sentence": (
        "{heading}下面的{which}句话是什么？",
        "请引用{heading}一节的{which}句话。",
        "请抄写标题{heading}之下的{which}句。",
        "{heading}部分的文字怎样{verb}？请引用{which}句话。",
        "请写出{heading}这一节正文的{which}句话。",
    ),
    "page_of": (
        "{target}在第几页？",
        "哪一页上有{target}？",
        "{target}出现在哪一页？请写页码。",
        "请找到{target}，并给出所在的页码。",
        "要看{target}，应该翻到第几页？",
    ),
    "more": (
        "第{a}页和第{b}页，哪一页的{things}更多？",
        "{things}是第{a}页多，还是第{b}页多？",
        "比较第{a}页与第{b}页：哪一页的{things}比较多？",
        "在第{a}页和第{b}页中，{things}较多的是哪一页？",
    ),
    "difference": (
        "{a}比{b}多多少？",
        "{a}与{b}的差是多少？",
        "从{a}中减去{b}，还剩多少？",
        "{a}减{b}等于多少？",
        "{a}和{b}相差多少？",
    ),
    "sum_column": (
        "把{column}一列各项加起来，合计行不算，结果是多少？",
        "{column}一列各条目之和是多少，不含总计？",
        "{column}下面的各项相加，一共是多少？",
        "请计算{column}这一列所有条目的总和，不计合计行。",
        "各条目的{column}加在一起是多少？",
    ),
    "largest": (
        "哪一行的{column}{extreme}？",
        "{column}一列中{extreme}的是哪一项？",
        "哪一项的{column}{extreme}？",
        "请写出{column}{extreme}的那一行的名称。",
        "表格里，{column}{extreme}的是谁？",
    ),
    "cell": (
        "{row}的{column}是多少？",
        "在{row}这一行，{column}一列写的是多少？",
        "请读出{row}行、{column}列的内容。",
        "表中列出的{row}的{column}是多少？",
        "对{row}来说，{column}是多少？",
    ),
    "days_between": (
        "从{a}到{b}相隔多少天？",
        "{b}在{a}之后多少天？",
        "请计算{a}到{b}的天数。",
        "{a}与{b}之间隔了几天？",
        "从{a}算起，到{b}要经过多少天？",
    ),
    "dish": (
        "{dish}多少钱？",
        "{dish}的价格是多少？",
        "{dish}卖多少钱？",
        "{dish}标的是什么价？",
        "点一份{dish}要付多少钱？",
        "请找出{dish}的价格。",
    ),
}

REPLIES: dict[str, tuple[str, ...]] = {
    "lookup": ("{spoken}是{x}。", "文中写明{spoken}为{x}。", "上面给出的{spoken}是{x}。"),
    "field": ("{label}一栏写的是{x}。", "{label}的内容是{x}。", "{label}后面写着{x}。"),
    "title": ("标题是{x}。", "这份文档的标题为{x}。", "标题写的是{x}。"),
    "count": ("一共有{x}{m}{things}。", "文档里有{x}{m}{things}。", "能数到{x}{m}{things}。"),
    "next_heading": ("下一个标题是{x}。", "{heading}之后是{x}。", "接下来的标题是{x}。"),
    "sentence": ("{which}句话是：{x}", "原文写道：{x}"),
    "page_of": ("在第{x}页。", "第{x}页上有。", "要翻到第{x}页。"),
    "more": ("第{x}页的{things}更多。", "{things}较多的是第{x}页。"),
    "difference": ("相差{x}。", "{a}比{b}多{x}。", "两者之差是{x}。"),
    "sum_column": ("加起来是{x}。", "总和为{x}。", "{column}各项之和是{x}。"),
    "largest": ("{column}{extreme}的是{x}。", "是{x}这一行。", "{x}的{column}{extreme}。"),
    "cell": ("{row}的{column}是{x}。", "表中写的是{x}。", "这一格的内容是{x}。"),
    "days_between": ("相隔{x}天。", "一共是{x}天。", "{b}在{a}之后{x}天。"),
    "dish": ("{dish}的价格是{x}。", "价格是{x}。", "要付{x}。"),
}
EMPTY_REPLIES = (
    "{label}一栏是空白的。",
    "{label}后面没有填写内容。",
    "{label}这一项没有填。",
)
EMPTY_RULE = (
    "如果没有填写，答案留空。",
    "若为空白，请给出空的答案。",
    "没有填的话，答案写空字符串。",
    "空白栏对应空答案。",
)

THINGS = {
    "heading": "小标题",
    "paragraph": "段落",
    "table": "表格",
    "figure": "图片",
    "formula": "单独成行的公式",
    "field": "带标签的字段",
    "item": "列表项目",
    "empty": "空白字段",
    "row": "表格数据",
    "column": "表格列",
    "page": "页面",
}
MEASURES = {"table": "张", "figure": "幅", "item": "条", "row": "行"}
MEASURE = "个"
TARGETS = {"table": "表格", "figure": "图片"}
HEADING = "标题{text}"
WHICH = {"first": "第一", "last": "最后一"}
VERBS = {"first": "开头", "last": "结尾"}
EXTREMES = ("最高", "最低")
ASKED = {"money": "是多少", "date": "是哪一天", "time": "是几点几分", "hours": "是多少", "": "是什么"}

MARKDOWN = (
    "请把这份文档转换成Markdown。",
    "请用Markdown写出文档内容。",
    "将页面内容转写为Markdown格式。",
    "把扫描件变成Markdown。",
    "请以Markdown形式给出全部内容。",
    "解析这份文档，输出Markdown。",
    "请按阅读顺序把所有内容提取为Markdown。",
    "请将看到的内容抄录成Markdown。",
)
MARKDOWN_RULES = (
    "",
    "页眉、页脚和页码不用写。",
    "请保留标题的级别。",
    "表格用竖线格式，公式放在$之间。",
    "不要写出每页重复的页眉与页码。",
    "请保持阅读顺序。",
    "请保留表格、列表和强调格式。",
    "页与页之间用横线分隔。",
)
ELEMENTS = (
    "请按阅读顺序列出文档中的各个元素，",
    "按阅读顺序检测所有版面元素，",
    "请逐个描述版面元素，",
    "请给出文档的版面结构，",
    "找出文档里的每一个版块，按阅读的先后排列，",
    "请把文档切分为各个元素，",
    "请按阅读次序返回版面元素，",
    "分析这些页面的版面，",
)
ELEMENTS_FORM = (
    "用JSON表示：一个对象列表，每个对象含type、page、box和text。",
    "以JSON列表回答，键为type、page、box、text。",
    "用JSON对象回答，包含type、page、box（x0, y0, x1, y1，单位为像素）和text。",
    "输出JSON，写明每个元素的type、page、以像素计的box和text。",
)
OUTLINE = (
    "请用嵌套列表给出文档的大纲。",
    "把目录写成嵌套列表。",
    "请列出标题和各级小标题，按级别缩进。",
    "用嵌套列表表示标题的层次。",
    "这份文档的大纲是什么？请用嵌套列表。",
    "请以项目符号列表提取标题的层级。",
)
EXTRACT = (
    "请把所有字段提取为JSON",
    "将带标签的字段读成JSON",
    "请以JSON返回每个字段及其内容",
    "把填写的各项写成一个JSON对象",
    "请将标签和对应的值整理成JSON对象",
    "用JSON收集每个字段的标签和值",
)
EXTRACT_RULES = (
    "，空白字段写成空字符串。",
    '；空白的字段写""。',
    '。没有填写的地方用""表示。',
    '；未填的字段，值为""。',
    "，以标签作为键。",
    "。标签作键，空项保留为空字符串。",
)
READ = (
    "请读出页面上的全部文字。",
    "页面上写了什么？请给出全文。",
    "请抄录文字。",
    "请按阅读顺序写出所有的字。",
    "给出文档的纯文本。",
    "请把这份文档以纯文本读出来。",
    "对这份文档做文字识别。",
    "请返回文字，不加任何标记。",
)
READ_RULES = (
    "",
    "每个版块另起一行。",
    "不要使用标记。",
    "请保持阅读的顺序。",
    "只要纯文本。",
    "一个版块写一行。",
)

SPOKEN: dict[str, str] = {
    "invoice_number": "发票号码",
    "invoice_date": "开票日期",
    "due_date": "最后付款日期",
    "order_date": "订货日期",
    "delivery_date": "交货日期",
    "customer_number": "客户编号",
    "subtotal": "不含税的小计金额",
    "tax": "税额",
    "tax_rate": "税率",
    "total": "总金额",
    "discount": "折扣金额",
    "shipping": "运费",
    "seller": "销售方的名称",
    "buyer": "购买方的名称",
    "account": "收款账号",
    "sender": "写信人的姓名",
    "sender_company": "发信单位的名称",
    "recipient": "收信人的姓名",
    "letter_date": "写信日期",
    "subject": "信件的事由",
    "signatory_role": "签名者的职务",
    "reference": "文件编号",
    "direct_line": "电话分机号",
    "cash": "收取的现金",
    "change": "找零金额",
    "receipt_number": "收据编号",
    "receipt_date": "购物日期",
    "time": "购物时间",
    "cashier": "收银员的姓名",
    "party_a": "甲方的名称",
    "party_b": "乙方的名称",
    "contract_date": "合同签订日期",
    "start_date": "合同开始日期",
    "end_date": "合同结束日期",
    "contract_amount": "约定的报酬",
    "place": "履行地点",
    "title": "标题",
    "author": "作者的姓名",
    "report_date": "报告日期",
    "top": "数值最高的一项",
    "low": "数值最低的一项",
    "top_value": "最高值",
    "low_value": "最低值",
    "first_author": "第一作者",
    "paper": "报纸的名称",
    "issue_date": "出版日期",
    "price": "报纸的售价",
    "issue": "期号",
    "holder": "持有人的姓名",
    "issuer": "颁发单位",
    "course": "课程名称",
    "hours": "课时数",
    "signatory": "签名人的姓名",
    "second_signatory": "第二位签名人的姓名",
    "certificate_number": "证书编号",
    "restaurant": "餐馆的名称",
    "birth_date": "出生日期",
    "expiry_date": "有效期截止日",
    "card_number": "证件号码",
    "surname": "姓氏",
    "first_name": "名字",
    "notice_date": "通知的日期",
    "notice_issuer": "发出通知的单位",
}


def quoted(text: str) -> str:
    """A text between quotation marks that it does not hold itself."""
    return f"“{text}”" if "“" not in text else f"「{text}」"
