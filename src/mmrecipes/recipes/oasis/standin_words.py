"""Words of the stand-in: patterns with "[a|b]" alternatives (see `world/wording`). Plain data."""

from __future__ import annotations

_HERE = "[in the picture|in this image|here|in view|in the scene]"

COUNT = (
    f"How many {{many}} [are there|can you see|do you see|can be seen|are visible] {_HERE}?",
    f"[Please count|Count] {{many}} {_HERE} [and tell me the number|and give me the total|for me].",
    f"[Can you tell me|Could you check|Do you know] how many {{many}} there are {_HERE}?",
    f"How many {{many}} [would a visitor count|would you say there are] {_HERE}?",
    "How many {many} does [this picture|the image|this scene] [show|contain|have in it]?",
)
COLOUR = (
    f"What colour is the {{noun}} {_HERE}?",
    f"Which colour does the {{noun}} have {_HERE}?",
    f"[Can you tell me|Could you say] what colour the {{noun}} is [{_HERE}|]?",
    f"Please tell me what colour the {{noun}} is [{_HERE}|].",
    "In what colour [has the artist painted the {noun}|is the {noun} painted|was the {noun} drawn]?",
    f"[Look closely and name|Name|Give|State] the colour of the {{noun}} {_HERE}.",
)
EXISTS = (
    f"Is there {{one}} {_HERE}?",
    f"[Can you see|Do you see|Can you find] {{one}} [anywhere|] {_HERE}?",
    "[Does this picture show|Does the image contain|Does this scene have] {one}[, yes or no|, or not| in it|]?",
)
CHOICE = (
    "Which of these [can be seen|is visible|appears|is shown] [in the picture|here|in this image]?",
    "[Choose|Select|Pick] the one that [is|appears|can be found] [in the picture|here|in this image].",
    "[Only one of the following|Just one of these] is [in the picture|shown here|in view]. Which one is it?",
)
DESCRIBING = (
    "[Write|Give me|Compose] [two|three|a few] sentences about [this picture|what is shown here|this scene].",
    "Describe [the scene|what you see|everything in view] [for a blind listener|in plain words|to a child|briefly].",
    "[List|Name] [all objects|everything|the things] that [can be seen|are visible|appear] [here|in this image].",
    "[Explain|Tell me] what [this picture|this image|the drawing] [shows|is about|contains].",
)
GENERAL = (
    (
        "What is the [main subject|most striking part|first thing you notice] [of this picture|here|in this image]?",
        "what is the",
        "[It is what|What] stands [near the middle|in the foreground] and takes up most of the [frame|picture].",
    ),
    (
        "[Describe|Summarise] [the picture|this image] in [one sentence|a few words].",
        "describe|summarise",
        "[It shows|One sees] [shapes|things] of [different|various] sizes with [some|little] room around them.",
    ),
    (
        "[Which mood|What kind of atmosphere] does [this picture|the image|this scene] [convey|have|suggest]?",
        "mood|atmosphere",
        "[It has|The picture has|It conveys] a [calm|quiet|matter-of-fact] [mood|air].",
    ),
    (
        "[Suggest|Give me|Invent] a [title|caption|headline] for [this picture|the image].",
        "title|caption|headline",
        "[A Quiet View|As Seen Today|What Met the Eye|Nothing Out of Place]",
    ),
    (
        "[How would you describe|What can you say about] the [light|composition|style] [here|in this image]?",
        "light|composition|style",
        "It is [even|plain|simple], and nothing [is glaring|is overdone|distracts from the rest].",
    ),
    (
        "[Write|Compose] a [short poem|four-line rhyme] [inspired by|about] [this picture|the image].",
        "poem|rhyme",
        "A little light, a little shade,\na [view|sight] that somebody has made;\nit asks for nothing, stays the same,"
        "\nand rests [contented|in silence] in its frame.",
    ),
    (
        "What [might happen next|could have happened before] [here|in this scene]?",
        "happen",
        "[Nobody can know|The picture does not tell]; most likely nothing out of the ordinary.",
    ),
    (
        "Where [could|might] this [have been taken|be]? [Give your reasons.|Explain briefly.|]",
        "where",
        "[That|The place] cannot be told from [the picture|what is shown] alone, as no [sign|name] says it.",
    ),
)
"""Questions that fit any picture, a pattern by which the question is known again, and an answer that fits them all."""
MISSING = (
    "What is the price of [what is shown here|everything in view|this]?",
    "[How much did|What did] the owner pay [for all of this|for it]?",
    "What is the phone number of whoever [made|took|owns] this?",
    "On which date was this [made|bought], and what is the serial number?",
    "What is the name of whoever [stood behind the camera|made this]?",
    "How old is the owner [of all this|of the place]?",
)
PRICE_WORDS = "price|owner|phone number|serial number|name of whoever"
AMBIGUOUS = (
    "What is that one for?",
    "Can you do the same with the other thing?",
    "Why is it like this and not like the one before?",
    "Is it better than those?",
)
FOREIGN = {
    "fr": ("Combien d'objets y a-t-il dans cette image ?", "Peux-tu compter les objets que l'on voit dans la scène ?"),
    "de": ("Wie viele Dinge sind auf diesem Bild zu sehen?", "Kannst du die Dinge zählen, die auf dem Bild sind?"),
    "es": ("¿Cuántos objetos hay en la imagen?", "¿Puedes contar las cosas que se ven en esta imagen?"),
    "zh": ("这张图片里一共有几个物体？", "请数一数图中有多少样东西。"),
    "ru": ("Сколько предметов на этой картинке?", "Можешь посчитать, сколько всего предметов на картинке?"),
}
FOREIGN_ANSWERS = {
    "fr": ("Nombre d'objets dans cette image : {n}.", "On en voit {n} dans la scène."),
    "de": ("Auf dem Bild sind es {n}.", "Die Zahl der Dinge auf dem Bild ist {n}."),
    "es": ("El número de objetos en la imagen es {n}.", "En esta imagen se ven {n}."),
    "zh": ("图中一共有{n}个物体。", "图片里有{n}样东西。"),
    "ru": ("Количество предметов на картинке: {n}.", "Всего на картинке предметов: {n}."),
}
FOREIGN_UNSURE = {
    "fr": "On ne peut pas les compter avec certitude dans cette image.",
    "de": "Das ist auf dem Bild nicht sicher zu sagen.",
    "es": "No se puede decir con seguridad en esta imagen.",
    "zh": "图中的东西无法准确地数清楚。",
    "ru": "Это нельзя точно сказать по картинке.",
}
UNSURE_CAPTIONS = (
    (
        "[The image shows|This picture shows] [a calm|a busy|an ordinary] scene with [several|a few] things in "
        "[clear|soft|bright] light, [seen|taken] from [some distance|the front|slightly above].",
        "The [tones are|palette is] [muted|strong|mixed], and [nothing|little] is cut off at the [edges|border].",
    ),
    (
        "[In the image|In this picture] [one can make out|there are] [shapes|things] of [different|various] sizes "
        "that [fill|take up] [most|a good part] of the [frame|view], with [some|little] room around them.",
        "The [light|brightness] is [even|uneven], and the [upper|lower] part is [plainer|busier] than the rest.",
    ),
)
"""Captions of a picture of which nothing is known."""
THERE = (
    "There {be} {said} [in the picture|here|to be seen|in view].",
    "[The picture shows|I count|One can see|You can see] {said}.",
)
NONE = (
    "There [is no {noun}|are no {many}] [in the picture|here|to be seen|in view].",
    "[The picture shows|The scene contains] no {many}.",
)
CAPTION_STARTS = (
    "The image shows [a scene with|the following:|a view of]",
    "In [the image|this picture] [we find|one sees|we see]",
    "This [picture|image|drawing] [shows|contains|presents]",
    "The [picture|scene] [consists of|holds|brings together]",
)
SENTENCES = (
    "[There is also|One notices|You can see] {a}[ among them| in the scene|].",
    "{a} [adds to|is part of|belongs to] the [picture|scene].",
)
SENTENCES_OF_ONE = (
    "The {noun} is {colour}[, and it stands out clearly| and easy to make out|].",
    "The {colour} {noun} [draws the eye|is hard to miss|completes the scene].",
)
"""Where there is one of the kind."""
CAPTION_ENDS = (
    "Altogether it is a quiet and tidy picture with clear outlines.",
    "The whole is kept in clear shapes and even light.",
    "Nothing else can be made out, and the rest of the picture stays plain.",
    "The background is simple and leaves room for the rest.",
)
PREAMBLES = (
    "I am making picture cards for my daughter.",
    "We are checking the labels of our collection.",
    "We talked about this at school today.",
    "My friend and I had a bet about this.",
    "I cannot see the screen well.",
    "I want to practise English with this.",
)
OPENERS = ("So,", "Quick question:", "Hello!", "Hmm,", "Okay,", "One more thing:")
CHATTER = "Let me know if you want to hear more about this picture."
