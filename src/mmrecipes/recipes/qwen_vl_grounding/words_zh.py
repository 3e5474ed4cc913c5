"""Chinese wording, in the same parts as `words_en`, and Chinese names for the 80 COCO categories.

Slots: {many}, {one}, {a} are the bare noun (Chinese has no plural or article); {counted} is numeral, measure word
and noun; {list}, {ref}, {place} as in English. Category names without a Chinese form here stay as they are.
"""

from __future__ import annotations

_VERBS = ("找出", "定位", "检测", "标出", "框出", "指出")


def _each(starts: tuple[str, ...], ends: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(start + end for start in starts for end in ends)


ASKS: dict[str, tuple[str, ...]] = {
    "detection": (
        *(
            f"{v}{o}"
            for v in _VERBS
            for o in ("图中所有的{many}。", "这张图片里的每一个{one}。", "画面中出现的{many}。")
        ),
        "图中哪些位置有{many}？",
        "请在图片中搜索{many}。",
        "请列出图里每个{one}的位置。",
        "这张图里哪里能看到{many}？",
    ),
    "multi_detection": (
        *(f"{v}{o}" for v in _VERBS for o in ("图中所有的{list}。", "图片里属于以下类别的物体：{list}。")),
        "图中的{list}分别在哪里？",
        "请列出{list}的所有位置。",
    ),
    "referring_grounding": (
        *(
            f"{v}{o}"
            for v in ("找出", "定位", "标出", "框出", "指出")
            for o in ("{ref}。", "图中的{ref}。", "这张图片里的{ref}。")
        ),
        "{ref}在图中的什么位置？",
        "请告诉我{ref}在哪里。",
        "图中哪个区域是{ref}？",
        "我在找{ref}，它在图里的哪个位置？",
        "请给出{ref}的位置。",
    ),
    "referring_description": _each(
        ("{place}处", "图中{place}处", "图片里{place}这一处", "{place}这个区域", "位于{place}的地方"),
        (
            "是什么？",
            "有什么？",
            "是哪种物体？",
            "能看到什么？",
            "是什么东西？",
            "是什么物体？",
            "出现的是什么？",
            "显示的是什么？",
        ),
    ),
    "grounded_caption": (
        "描述这张图片，并给出所提到物体的位置。",
        "请写一句图片说明，并标出其中物体的坐标。",
        "图中有什么？分别在哪里？",
        "概括图片内容，并说明各物体的位置。",
        "请生成带定位的图片描述。",
        "看图说话，并为每个提到的物体给出位置。",
        "请描述画面，同时给出物体坐标。",
        "用一两句话说明图片内容，并标注位置。",
        "给这张图写一段带坐标的说明。",
        "说说图里的内容，每个物体都要附上位置。",
    ),
    "ocr": (
        "读出图中的所有文字并给出位置。",
        "识别图片里的文字，并标出每段文字的位置。",
        "图中写了什么？每段文字在哪里？",
        "请提取图中的文字及其坐标。",
        "请检测并转写图片中的文字。",
        "把图里的文字逐行抄出来，并给出位置。",
        "对这张图片做文字识别，并附上位置。",
        "列出图中能读到的每段文字和它的位置。",
        "请找出并读出图片上的所有文字。",
        "图片里出现了哪些文字？请给出位置。",
    ),
    "existence": (
        "图中有{a}吗？如果有，在哪里？",
        "你能在图里看到{a}吗？能的话请标出来。",
        "这张图片里有没有{a}？有的话请给出位置。",
        "请检查图中是否有{a}，有就框出来。",
        "画面里出现了{a}吗？如果有，请指出位置。",
        "图片中是否存在{a}？若有请定位。",
        "这里有{a}吗？有的话在哪？",
        "能找到{a}吗？找到请给出位置。",
        "请判断图里有没有{a}，并标出位置。",
        "图中是否能看到{a}？如果能，请标注。",
    ),
    "counting": (
        "图中有多少{m}{many}？请逐个给出位置。",
        "数一数图里的{many}，并标出它们的位置。",
        "这张图片里{many}的数量是多少？请全部标出。",
        "能看到几{m}{many}？请给出每一个的位置。",
        "请统计图中{many}的数量并定位。",
        "一共有几{m}{many}？分别在哪里？",
        "请数出所有{many}，并逐个定位。",
        "图里的{many}有几{m}？请标出来。",
        "告诉我{many}的个数以及位置。",
        "计算画面中{many}的数量，并标注每一个。",
    ),
    "pointing": (
        "用一个点指出{ref}。",
        "请点一下{ref}。",
        "请在{ref}上标一个点。",
        "指一下图中的{ref}。",
        "给出位于{ref}上的一个点。",
        "想选中{ref}，应该点击哪里？",
        "请用点标出{ref}的位置。",
        "在图中点出{ref}。",
        "哪个点落在{ref}上？",
        "请给出{ref}上的一个点。",
    ),
}
DEMANDS: dict[str, tuple[str, ...]] = {
    "one": (
        "{noun}请写成{form}。",
        "请按{form}的格式回答。",
        "用{form}表示位置。",
        "格式：{form}。",
        "以{range}给出{noun}：{form}。",
        "坐标为{range}，写作{form}。",
        "请用{form}作答。",
        "答案写成{form}。",
        "{noun}用{form}给出，数值为{range}。",
        "只需给出{form}。",
    ),
    "many": (
        "每个{noun}请写成{form}。",
        "请按{form}的格式逐个回答。",
        "每个位置都用{form}表示。",
        "格式：{form}。",
        "以{range}给出各个{noun}：{form}。",
        "坐标为{range}，写作{form}。",
        "请用{form}逐个列出。",
        "每个答案写成{form}。",
        "各个{noun}用{form}给出，数值为{range}。",
        "逐个给出{form}。",
    ),
}
BRIEF = ("", "请简要回答。", "请简短作答。", "请用一句话回答。")
NOUNS = {"box": ("边界框", "边界框"), "quad": ("四边形", "四边形"), "point": ("点", "点")}
PHRASES: dict[str, tuple[str, ...]] = {
    "": ("{one}",),
    "leftmost": ("最左边的{one}", "最靠左的{one}"),
    "rightmost": ("最右边的{one}", "最靠右的{one}"),
    "topmost": ("最上面的{one}", "最靠上的{one}"),
    "bottommost": ("最下面的{one}", "最靠下的{one}"),
    "second_left": ("左起第二{m}{one}", "从左往右数第二{m}{one}"),
    "second_right": ("右起第二{m}{one}", "从右往左数第二{m}{one}"),
    "second_top": ("从上往下数第二{m}{one}",),
    "second_bottom": ("从下往上数第二{m}{one}",),
    "middle_across": ("左右方向上居中的{one}",),
    "middle_down": ("上下方向上居中的{one}",),
    "largest": ("最大的{one}", "画面中最大的{one}"),
    "smallest": ("最小的{one}", "画面中最小的{one}"),
}
_SEEN = (
    "图中有{counted}", "这里有{counted}", "可以看到{counted}", "画面里有{counted}", "一共有{counted}",
    "图片里出现了{counted}", "能找到{counted}", "图里可见{counted}", "共有{counted}",
)  # fmt: skip
_NONE = (
    "图中没有{a}", "这里没有{a}", "看不到{a}", "画面里没有{a}", "图片中不存在{a}", "没有找到{a}", "图里没有出现{a}",
    "这张图片里没有{a}", "未发现{a}",
)  # fmt: skip
YES = tuple(o.replace("{s}", s) for o in ("有，{s}：", "有的，{s}：", "确实有，{s}：", "有。{s}：") for s in _SEEN)
NO = tuple(o.replace("{s}", s) for o in ("没有，{s}。", "没有。{s}。", "{s}。", "经查看，{s}。") for s in _NONE)
NOTHING = tuple(o.replace("{s}", s) for o in ("{s}。", "看过之后，{s}。", "经查看，{s}。") for s in _NONE)
COUNT = tuple(
    o.replace("{s}", s)
    for o in ("{s}：", "{s}。", "数下来，{s}：", "统计结果：{s}。", "清点后，{s}：", "逐个数过，{s}：", "结果是{s}：")
    for s in _SEEN
)
DESCRIBED = (
    *(
        f"{s}{v}{{one}}。"
        for s in (
            "这里", "那里", "该处", "该区域", "这个区域", "这个位置", "该位置", "图中该处", "画面此处", "图中这里",
            "图中这个地方",
        )
        for v in ("是", "有", "显示的是", "可以看到", "能看到", "出现的是")
    ),
    *(f"{s}是{{one}}。" for s in ("这", "那", "标出的", "所指的", "看到的", "所示物体", "标出的物体", "所指的物体")),
)  # fmt: skip

NAMES: dict[str, tuple[str, str]] = {
    "person": ("人", "个"), "bicycle": ("自行车", "辆"), "car": ("汽车", "辆"), "motorcycle": ("摩托车", "辆"),
    "airplane": ("飞机", "架"), "bus": ("公交车", "辆"), "train": ("火车", "列"), "truck": ("卡车", "辆"),
    "boat": ("船", "艘"), "traffic light": ("交通信号灯", "个"), "fire hydrant": ("消防栓", "个"),
    "stop sign": ("停车标志", "个"), "parking meter": ("停车计时器", "个"), "bench": ("长椅", "张"),
    "bird": ("鸟", "只"), "cat": ("猫", "只"), "dog": ("狗", "只"), "horse": ("马", "匹"), "sheep": ("羊", "只"),
    "cow": ("牛", "头"), "elephant": ("大象", "头"), "bear": ("熊", "只"), "zebra": ("斑马", "匹"),
    "giraffe": ("长颈鹿", "只"), "backpack": ("背包", "个"), "umbrella": ("雨伞", "把"), "handbag": ("手提包", "个"),
    "tie": ("领带", "条"), "suitcase": ("行李箱", "个"), "frisbee": ("飞盘", "个"), "skis": ("滑雪板", "副"),
    "snowboard": ("单板滑雪板", "块"), "sports ball": ("球", "个"), "kite": ("风筝", "只"),
    "baseball bat": ("棒球棒", "根"), "baseball glove": ("棒球手套", "只"), "skateboard": ("滑板", "块"),
    "surfboard": ("冲浪板", "块"), "tennis racket": ("网球拍", "只"), "bottle": ("瓶子", "个"),
    "wine glass": ("酒杯", "个"), "cup": ("杯子", "个"), "fork": ("叉子", "把"), "knife": ("刀", "把"),
    "spoon": ("勺子", "把"), "bowl": ("碗", "个"), "banana": ("香蕉", "根"), "apple": ("苹果", "个"),
    "sandwich": ("三明治", "个"), "orange": ("橙子", "个"), "broccoli": ("西兰花", "棵"), "carrot": ("胡萝卜", "根"),
    "hot dog": ("热狗", "个"), "pizza": ("披萨", "个"), "donut": ("甜甜圈", "个"), "cake": ("蛋糕", "个"),
    "chair": ("椅子", "把"), "couch": ("沙发", "张"), "potted plant": ("盆栽", "盆"), "bed": ("床", "张"),
    "dining table": ("餐桌", "张"), "toilet": ("马桶", "个"), "tv": ("电视", "台"), "laptop": ("笔记本电脑", "台"),
    "mouse": ("鼠标", "个"), "remote": ("遥控器", "个"), "keyboard": ("键盘", "个"), "cell phone": ("手机", "部"),
    "microwave": ("微波炉", "台"), "oven": ("烤箱", "台"), "toaster": ("烤面包机", "台"), "sink": ("水槽", "个"),
    "refrigerator": ("冰箱", "台"), "book": ("书", "本"), "clock": ("时钟", "个"), "vase": ("花瓶", "个"),
    "scissors": ("剪刀", "把"), "teddy bear": ("泰迪熊", "只"), "hair drier": ("吹风机", "个"),
    "toothbrush": ("牙刷", "把"),
}  # fmt: skip
