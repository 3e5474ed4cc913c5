"""Claims about requests for brevity: more than eighty phrasings go, forty demands that are part of the task stay, and
what was taken out can be put back."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.steps.answer_options import options_of
from mmrecipes.steps.brevity import Removed, restored, strip_brevity

QUESTION, POLAR = "What is the man holding?", "Is there a dog?"
CHINESE, CHINESE_POLAR = "图中的人拿着什么？", "图中有狗吗？"
OPTIONS = "\nA. a cat\nB. a dog"

TAILS = (
    "Answer with one word.", "Answer the question using a single word or phrase.",
    "Please answer using a single word or phrase.", "Answer in one word.", "Reply in a single word.",
    "One word answer.", "One-word answer please.", "Just one word.", "Use a single word.", "Give a one-word answer.",
    "Provide a short phrase.", "Answer in at most three words.", "Use no more than 5 words.",
    "Limit your answer to a few words.", "Your answer should be a single word.",
    "Answer with the option's letter from the given choices directly.", "Answer with the letter.",
    "Answer with the letter only.", "Respond with only the letter of the correct option.",
    "Choose the letter of the correct answer.", "Please output only the option letter (A, B, C, or D).",
    "Answer directly.", "Directly answer the question.", "Please answer the question directly.",
    "Give a direct answer.", "Just give the answer.", "Only the answer.", "Answer only.",
    "Provide only the final answer.", "Output the answer only, no explanation.", "No explanation needed.",
    "Do not explain.", "Don't explain your reasoning.", "Do not provide any explanation or reasoning.",
    "Without explanation.", "Skip the explanation.", "There is no need to explain your answer.", "Nothing else.",
    "Answer briefly.", "Keep it short.", "Keep your answer brief.", "Be concise.", "Give a short answer.",
    "Provide a short and direct response.", "Short answer please.", "Reply with a number only.", "(one word)",
    "Answer: one word only.", "Your answer must be one word, without explanation.",
    "Answer with a single word, number or phrase.", "Explanations are not needed.",
    "Please select the right option and output its letter only.", "Respond using just one word or a short phrase.",
    "Do not write anything else.",
)  # fmt: skip
POLAR_TAILS = (
    "Answer yes or no.", "Please answer yes or no.", "Answer with yes or no.", "Just yes or no.", "Yes or no?",
    "Answer with 'yes' or 'no' only.", "(yes/no)", "Reply yes/no.",
)  # fmt: skip
HEADS = (
    "Short answer: ", "In one word: ", "Answer in one word: ", "Yes or no: ", "Quick answer: ",
    "Answer the following question with a single word: ", "Using a single word or phrase, ",
    "Answer with one word.\n", "Briefly, ", "Direct answer only.\n", "Answer the question with yes or no: ",
    "Without explanation, ", "Please respond with one word: ", "Do not explain. ",
)  # fmt: skip
CHINESE_TAILS = (
    "请用一个词回答。", "用一个单词或短语回答问题。", "请用一个词或短语作答。", "一个词回答。", "请直接回答。",
    "请直接回答问题。", "直接给出答案。", "只回答选项字母。",
    "请直接用给定选项中的字母回答。", "请从给定选项中直接选出选项字母。", "请只输出选项字母。", "只给出答案即可。",
    "只需给出答案。", "不需要解释。", "无需解释。", "不要解释。",
    "请不要给出任何解释。", "不用说明理由。", "请简短回答。", "简要回答。", "答案尽量简短。", "请用简短的语言回答。",
    "答案不超过五个字。", "请用一个词回答，不要解释。", "仅回答字母即可。",
    "请直接给出最终答案，不要写过程。", "回答选项的字母。",
)  # fmt: skip
CHINESE_POLAR_TAILS = (
    "请回答是或否。", "只回答是或否。", "请用“是”或“否”回答。", "用是或否回答问题。", "是或否？",
)  # fmt: skip
CHINESE_HEADS = (
    "简短回答：", "请用一个词回答：", "直接回答：", "用一个词回答下列问题：",
)  # fmt: skip
KEPT = (
    "What does it cost? Answer in euros.", "What is shown? Answer as JSON.",
    "What is the mean? Round to two decimals.", "What is the mean? Give your answer to two decimal places.",
    "Describe the picture in one sentence.", "Describe the mood in one word.", "Summarise the text in three words.",
    "Write a caption of at most ten words.", 'What does the sign say: "Answer with one word."', "What is the answer?",
    "Which letter comes first?", "Answer in French.", "Explain your answer.", "Explain why. Do not use a calculator.",
    "What is the length in cm?",
    "Please answer the question and provide the correct option letter, e.g., A, B, C, D, at the end.",
    "Answer with one word.", "Yes or no?", "How would you describe it in one word?",
    "Which word is longer, yes or no?", "Please select the correct answer from the options above.",
    "Think step by step.", "Give the coordinates as [x, y].", "Is the short answer written on the board correct?",
    "What is the title of the song?", "What is x? Answer with an integer.", "Translate the sign. Keep it short.",
    "The car is red. Answer true or false.", "What single word is printed on the shirt?",
    "What is the one word on the sign?", "Who is holding the letter?", "Which option is marked with the letter B?",
    "How many words are on the page?", "Use the table to find the answer.",
    "Do not count the cars in the background. How many cars are there?",
    "What is in the box? Answer in complete sentences.", "Show your working.",
    "What is the date? Use the format YYYY-MM-DD.", "List the colours, separated by commas.",
    "Give a detailed answer.", "What is the name? Answer in capital letters.", "图片描述的是什么？请用中文回答。",
    "价格是多少？用欧元回答。",
    "结果是多少？保留两位小数。", "用一句话描述图片。", "请以JSON格式输出。", "请详细解释。",
    "请用一个词概括图片的氛围。", "图中有什么字？", "请用一个词回答。", "图中的标语是什么？",
    "请写出解题过程。", "Where is the man standing directly?", "Answer the question using a single word or phrase.",
    "Is the answer yes or no?", "What are the two words?", "Does she answer directly?",
)  # fmt: skip


@pytest.mark.parametrize("request_", TAILS)
def test_an_english_request_at_the_tail_goes(request_: str) -> None:
    for between in (" ", "\n", "\n\n"):
        assert strip_brevity(QUESTION + between + request_).text == QUESTION


@pytest.mark.parametrize(
    ("question", "request_"),
    [*((POLAR + " ", r) for r in POLAR_TAILS), *((CHINESE, r) for r in CHINESE_TAILS),
     *((CHINESE_POLAR, r) for r in CHINESE_POLAR_TAILS)],
)  # fmt: skip
def test_a_request_for_yes_or_no_and_a_chinese_request_at_the_tail_goes(question: str, request_: str) -> None:
    assert strip_brevity(question + request_).text == question.strip()


@pytest.mark.parametrize(
    ("head", "question"), [*((h, "is there a dog?") for h in HEADS), *((h, CHINESE) for h in CHINESE_HEADS)]
)
def test_a_request_at_the_head_goes(head: str, question: str) -> None:
    assert strip_brevity(head + question).text == question


def test_the_tables_are_as_long_as_promised() -> None:
    english, chinese = (*TAILS, *POLAR_TAILS, *HEADS), (*CHINESE_TAILS, *CHINESE_POLAR_TAILS, *CHINESE_HEADS)
    assert len(set(english)) >= 60 and len(set(chinese)) >= 30 and len(set(KEPT)) >= 40


@pytest.mark.parametrize("text", KEPT)
def test_what_is_part_of_the_task_stays(text: str) -> None:
    stripped = strip_brevity(text)
    assert stripped.text == text and stripped.removed == ()


@pytest.mark.parametrize(
    "demand",
    [
        "Answer in euros.",
        "Answer as JSON.",
        "Round to two decimals.",
        "Give the coordinates as [x, y].",
        "用欧元回答。",
    ],
)
def test_a_demand_for_a_form_stays_beside_a_request_that_goes(demand: str) -> None:
    assert strip_brevity(f"{QUESTION} {demand} No explanation.").text == f"{QUESTION} {demand}"
    assert strip_brevity(f"Short answer: {QUESTION} {demand}").text == f"{QUESTION} {demand}"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("What colour is it, in one word?", "What colour is it?"),
        ("What colour is the car in one word?", "What colour is the car?"),
        ("Is it raining, yes or no?", "Is it raining?"),
        ("What is it? (one word)", "What is it?"),
        ("What is it (one word)?", "What is it?"),
        ("图中有几只猫？请用一个词回答，不要解释。", "图中有几只猫？"),
        ("What is it? Answer with one word. Do not explain. Be brief.", "What is it?"),
        ("Answer briefly. What is it? One word only, no explanation.", "What is it?"),
        ("What is the answer to 3 + 4? Answer directly", "What is the answer to 3 + 4?"),
    ],
)
def test_clauses_brackets_and_several_requests_go(text: str, left: str) -> None:
    assert strip_brevity(text).text == left


@pytest.mark.parametrize(
    "request_", ["Answer with the option's letter from the given choices directly.", "只回答选项字母。"]
)
def test_options_stay_wherever_the_request_stands(request_: str) -> None:
    listed = {"A": "a cat", "B": "a dog"}
    for text in (
        f"{QUESTION}{OPTIONS}\n{request_}", f"{QUESTION} {request_}{OPTIONS}", f"{request_}\n{QUESTION}{OPTIONS}",
        f"{QUESTION}\n{request_}\nOptions:{OPTIONS}",
    ):  # fmt: skip
        stripped = strip_brevity(text)
        assert request_ not in stripped.text and QUESTION in stripped.text
        assert options_of(stripped.text) == listed
    assert strip_brevity(f"{QUESTION} A. a cat B. a dog {request_}").text == f"{QUESTION} A. a cat B. a dog"


@pytest.mark.parametrize(
    "text", ["Answer with one word.", "Yes or no?", "Short answer:", "请用一个词回答。", "Question: Answer briefly."]
)
def test_a_text_that_would_ask_nothing_keeps_its_request(text: str) -> None:
    assert strip_brevity(text).text == text
    assert strip_brevity(f"{text}{OPTIONS}").text == f"{text}{OPTIONS}"


def test_a_statement_keeps_the_words_that_make_it_a_question() -> None:
    text = "The car is red. Answer true or false."
    assert strip_brevity(text).text == text


def test_a_length_that_is_part_of_a_task_stays() -> None:
    for text in (
        "Describe the mood in one word.",
        "Summarise it. Keep it short.",
        "Write a title. At most five words.",
    ):
        assert strip_brevity(text).removed == ()


def test_what_was_taken_out_is_told_with_its_place_and_kind() -> None:
    stripped = strip_brevity("Short answer: what is it? Do not explain.")
    assert stripped.removed == (
        Removed(0, "Short answer: ", "head:short_answer"), Removed(25, " Do not explain.", "tail:no_explanation"),
    )  # fmt: skip


PIECES = (
    *TAILS,
    *POLAR_TAILS,
    *HEADS,
    *CHINESE_TAILS,
    *KEPT,
    QUESTION,
    POLAR,
    CHINESE,
    OPTIONS,
    "(one word)",
    "...",
    "\n",
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=6).flatmap(
    lambda pieces: st.sampled_from([" ", "", "\n", ", "]).map(lambda between: between.join(pieces))
)


@settings(deadline=None)
@given(TEXTS)
def test_the_original_can_be_restored_stripping_again_changes_nothing_and_something_is_left(text: str) -> None:
    stripped = strip_brevity(text)
    assert restored(stripped.text, stripped.removed) == text
    assert strip_brevity(stripped.text).removed == ()
    assert bool(stripped.text.strip()) == bool(text.strip())
    assert len(stripped.text) + sum(len(r.text) for r in stripped.removed) == len(text)
    assert all(text[r.start :].startswith(r.text) for r in stripped.removed)


@pytest.mark.parametrize(
    "text",
    ["Answer " + "the only one single a " * 40, "please " * 200,
     "Q? Answer with " + "a single word or phrase " * 40 + "x",
     "No " + "explanation or reasoning or " * 40 + "x", "short and " * 100, "请" * 500, "不要解释" * 200 + "x",
     "yes or no " * 100, "Answer " + "A, B or C " * 100, "one word, " * 200 + "x", "(" * 500, "- " * 500],
)  # fmt: skip
def test_a_hostile_text_costs_no_more_than_any_other(text: str) -> None:
    start = time.process_time()
    strip_brevity(text)
    assert time.process_time() - start < 1.0
