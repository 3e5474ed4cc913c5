"""Claims about traps: pairs of answers that look alike and say different things, or nothing certain, are never equal.

Found by trying to fool the rules; a wrong "equal" would let a wrong answer into the data, an undecided pair only costs
a call of the judge. Kept as a list so that no later rule opens an old hole.
"""

from __future__ import annotations

import pytest

from mmrecipes.steps.compare_answers import asks_order, compare

YEARS = {"A": "2018", "B": "2019", "C": "2020"}
ANIMALS = {"A": "bird", "B": "a cat", "C": "the dog"}
NUMBERS = {"A": "1", "B": "2", "C": "3", "D": "4"}
COMBINED = {"A": "red", "B": "blue", "C": "both A and B", "D": "none of the above"}
LENGTHS = {"A": "5 cm", "B": "5 m", "C": "0.05 m", "D": "50 cm"}
SWAPPED = {"A": "B", "B": "A", "C": "C"}
POLAR = {"A": "yes", "B": "no"}
AREAS = {"A": "12 cm", "B": "12 cm²", "C": "12 cm³"}


Options = dict[str, str] | None
TRAPS: tuple[tuple[Options, str, tuple[tuple[str, str], ...]], ...] = (
    (YEARS, "en", (
        ("I cannot answer. The options are A, B and C.", "B"), ("I'm sorry, I can't tell whether it is B.", "B"),
        ("The answer is not B.", "B"), ("AB", "A"), ("ABC", "C"), ("The A", "A"), ("B", "8"), ("B and C", "B"),
        ("B, C", "B"), ("B/C", "B"), ("B & C", "B"), ("B C", "B"), ("BC", "B"), ("all of the above", "A"),
        ("A through C", "A"), ("A-C", "A"), ("B (2018)", "B"), ("B: 2018", "2019"), ("B = 2018", "B"),
        ("(A) 2019", "A"), ("(A) 2019", "B"), ("Option B is wrong", "B"), ("B is incorrect", "B"),
        ("B is not correct", "B"), ("It cannot be B", "B"), ("Eliminate B", "B"), ("Not A, so B or C", "B"),
        ("The answer is neither B nor C", "B"), ("The answer is A. B is wrong.", "B"),
        ("The answer is B? No, A.", "B"), ("Answer: A or B", "A"), ("Answer: A, B", "A"), ("Answer: A B", "A"),
        ("Answer: A and 2019", "A"), ("The answer is all but B", "B"), ("The best option after B is C", "B"),
    )),
    (None, "en", (
        ("It is impossible to say if the answer is 2019.", "2019"), ("The answer is definitely not 2019", "2019"),
        ("The answer isn't 12", "12"), ("The answer is no longer 12", "12"), ("The answer is 12 or 13.", "12"),
        ("The answer is 12 to 15", "12"), ("The answer is between 12 and 15.", "12 and 15"), ("12-15", "12"),
        ("12–15", "-15"), ("12-15", "12 and 15"), ("10-20", "10, 20"), ("12 ± 3", "12"), ("±5", "5"),
        ("$\\pm 5$", "5"), ("\\pm5", "5"), ("$-\\frac{1}{2}$", "0.5"), ("$\\frac{-1}{2}$", "1/2"),
        ("\\boxed{-3}", "3"), ("\\sqrt{2}", "2"), ("$2\\sqrt{3}$", "23"), ("$2\\sqrt{3}$", "2"), ("2^3", "23"),
        ("$x^2$", "x2"), ("$x_1$", "x1"), ("2^{10}", "210"), ("10^2", "102"), ("10^-2", "-100"), ("1e-3", "1000"),
        ("3.0e8", "3.8"), ("6.02 × 10^23", "6.02 × 10^22"), ("1.5 million", "1.5 billion"), ("3k", "3"),
        ("$5 million", "$5"), ("5 million dollars", "5 dollars"), ("12 cm²", "12 cm"), ("12 cm2", "12 cm"),
        ("12 cm^3", "12 cm^2"), ("12 sq cm", "12 cm"), ("12 m/s", "12 m"), ("12 m/s", "12 km/h"), ("12 ms", "12 m"),
        ("12 mm", "12 m m"), ("12 Mb", "12 mb"), ("12 MW", "12 mW"), ("5 mV", "5 MV"), ("5 MΩ", "5 mΩ"),
        ("5 Mg", "5 mg"), ("5 M", "5 m"), ("5 m", "5 million"), ("5 G", "5 g"), ("5 k", "5 K"), ("5 kg", "5 Kg.m"),
        ("5 l", "51"), ("5 lb", "5 kg"), ("5 pounds", "£5"), ("5 in", "in 5"), ("20 °C", "20 K"),
        ("20%", "20 points"), ("20 percentage points", "20%"), ("20%", "0.02"), ("0.5%", "0.5"), ("50%", "50"),
        ("150%", "1.5%"), ("-20%", "20%"), ("up 20%", "down 20%"), ("increase of 5", "decrease of 5"),
        ("increased by 5", "5"), ("minus 5", "5"), ("(5)", "-5"), ("1,234", "1.234"), ("1 234", "1, 234"),
        ("1,2", "12"), ("1,2", "1.2"), ("(1, 2)", "1.2"), ("1, 2", "1.2"), ("1,2,3", "123"), ("1/2/3", "1/2"),
        ("1/2", "1/2/2020"), ("3/4", "March 4"), ("3:4", "3/4"), ("3:4", "4:3"), ("3:04", "3:4"), ("16:9", "9:16"),
        ("4 out of 5", "4"), ("4 out of 5", "5"), ("4/5", "4 of 5 stars"), ("4/5/2020", "5/4/2020"),
        ("2020-04-05", "2020-05-04"), ("April 2020", "2020"), ("2020", "2020s"), ("the 1990s", "1990"),
        ("19th century", "1900"), ("1999 BC", "1999"), ("1999 BC", "1999 AD"), ("5 pm", "5 am"), ("5 pm", "5"),
        ("12 am", "12 pm"), ("12:00 am", "noon"), ("00:00", "12:00"), ("second", "2 seconds"), ("a second", "2nd"),
        ("second", "1 second"), ("third", "1/3"), ("a third", "3rd"), ("one", "first"), ("no one", "one"),
        ("none", "one"), ("neither", "either"), ("not applicable", "applicable"), ("un-happy", "happy"),
        ("dog", "dogs and cats"), ("hot dog", "dog"), ("the red one", "the blue one"), ("I", "1"), ("II", "11"),
        ("O", "0"), ("l", "1"), ("red, blue", "red, red, blue"), ("red, blue", "blue"), ("(1, 2)", "(2, 1)"),
        ("[1, 2]", "(2, 1)"), ("[1, 2]", "[2, 1]"), ("x=1, y=2", "x=2, y=1"), ("x = 1, y = 2", "1, 2"),
        ("A: 3, B: 5", "A: 5, B: 3"), ("width 3, height 5", "5, 3"), ("{1,2}", "{1,2,3}"), ("∅", "0"),
        ("infinity", "8"), ("x > 5", "x < 5"), ("> 5", "5"), ("≥5", "5"), ("<5", "5"), ("~5", "5"), ("5+", "5"),
        ("5!", "5"), ("5!", "120"), ("at least 5", "5"), ("less than 5", "5"), ("over 5", "5"),
        ("no more than 5", "5"), ("half of 5", "5"), ("5 times", "5"), ("5x", "5"), ("2x", "2"), ("x", "×"),
        ("0", "no"), ("0", "none"), ("1", "yes"), ("True", "1"), ("Yes, but no.", "no"), ("Yes and no", "yes"),
        ("Not yes", "yes"), ("No doubt it is red", "no"), ("No doubt, yes", "no"), ("No problem: yes", "no"),
        ("Yes? No.", "yes"), ("No, it is not false: yes", "no"), ("Is it yes?", "yes"),
        ("Correct, the answer would be no", "correct"), ("If it rains, yes", "yes"),
        ("The answer is 12? No, it is 13.", "12"), ("The answer is 12. Wait, it is 13.", "12"),
        ("The answer is 12. Correction: 13.", "12"), ("The answer is 12, or maybe 13", "12"),
        ("The answer is 12 (or 13)", "12"), ("The answer is 12 minus 3", "12"), ("The answer is 12, minus 3", "12"),
        ("The answer is 12 x 3", "12"), ("The answer is 12 - 3", "12"), ("The answer is 12 more than 3", "12"),
        ("The answer is 12 more", "12"), ("The answer is 12; no, 13", "12"),
        ("The answer is 12... actually 13", "12"), ("A user might say the answer is: 12", "13"),
        ("So the total is 12, excluding the 3 hidden ones", "15"),
        ("So the total is 12, but the question asks for 13", "12"), ("So the total is 12 which is wrong", "12"),
        ("So it is not the case that it is 12", "12"), ("I doubt that it is 12", "12"),
        ("Nobody knows whether it is 12", "12"), ("It can't be 12", "12"), ("It could be 12", "12"),
        ("It might be 12", "12"), ("It is said that the value is 12", "13"),
        ("It is false that the car is red", "red"), ("The sign does not say STOP", "STOP"),
        ("The car isn't red", "red"), ("The only colour that is missing is red", "red and blue"),
        ("Everything is red except the car, which is blue", "blue and red"), ("It fails to be red", "red"),
        ("It lacks a door: a window", "a door"), (".5", "5"), ("-.5", "-5"), ("5\"", "5'"), ("5'", "5"),
        ("12?", "12"), ("5 squared", "5"), ("5 hundredths", "5"), ("5 hundred", "5"), ("5 hundreds", "5"),
        ("5 lakh", "5"), ("5 dozen", "5"), ("two dozen", "2"), ("a couple", "1"), ("5 noon", "5"), ("12 BC", "12"),
        ("5 feet", "5 foot 1"), ("5'10", "5.10"), ("5 ft 10 in", "510"), ("5 ft 10 in", "5.10 ft"),
        ("1 h 30 min", "1.30 h"), ("1:30", "1.3"), ("1:30", "90"), ("1:30", "1.5"), ("10:30 am", "10.30"),
        ("2 hours", "2 o'clock"), ("2 o'clock", "2"), ("$\\frac{12}{5}$", "125"), ("\\frac12", "12"),
        ("\\dfrac{1}{2}", "12"), ("3\\frac{1}{2}", "31/2"), ("3\\frac{1}{2}", "1.5"), ("\\frac{x}{2}", "x2"),
        ("\\sin 30", "sin 30 degrees"), ("2\\pi", "2"), ("2π", "2"), ("$x=\\pm 2$", "2"),
        ("x = 2 or x = 3", "2, 3"), ("x=2,3", "x=3"), ("x \\neq 2", "2"), ("x ≠ 2", "2"), ("x ≤ 2", "2"),
        ("x > 2", "2"), ("x = 2y", "2"), ("y = 2", "x = 2"), ("a = 3, b = 4", "3 and 4"), ("2x + 3", "2x"),
        ("2 + 3", "5"), ("2 + 3", "23"), ("2 - 3", "23"), ("2-3", "-1"), ("2,3", "23"), ("10,000", "10"),
        ("10,00", "1000"), ("10,00", "10"), ("1.000.000", "1"), ("1.0", "10"), ("1.10", "1.1.0"), ("v1.10", "v1.1"),
        ("007", "7"), ("555-1234", "5551234"), ("A1", "A 1"), ("B2B", "B to B"), ("no 5", "no"), ("No 5", "5"),
        ("#5", "5"), ("Page 5", "5"), ("Figure 2", "2"), ("Route 66", "66"), ("the 5", "fifth"), ("5th", "5"),
        ("1st", "1"), ("I", "first"), ("IV", "4"), ("X", "10"), ("1.5e3", "1.53"), ("1.5 x 10^3", "1.5 x 103"),
        ("1.5 x 103", "154.5"), ("10⁻³", "10³"), ("3 × 10^−4", "3 × 10^4"), ("3E5", "3 E5"), ("1e5", "15"),
        ("2^-1", "-2"), ("10^6", "10^(6.5)"), ("30%", "3/10%"), ("30‰", "30%"), ("30‰", "30"), ("30 bps", "30%"),
        ("30% off", "30%"), ("30% of 50", "30%"), ("over 30%", "30%"), ("30% to 40%", "30%"), ("30-40%", "40%"),
        ("30-40%", "30%, 40%"), ("$30-$40", "$30"), ("$30 - $40", "$30, $40"), ("$5", "5"), ("$5k", "$5"),
        ("$5M", "$5"), ("$5M", "$5m"), ("$5m", "$5 million"), ("US$5", "C$5"), ("A$5", "$5"), ("HK$5", "$5"),
        ("-$5", "$5"), ("$-5", "$5"), ("($5)", "-$5"), ("($5)", "$5"), ("5 km", "5 nm"),
        ("5 miles", "5 nautical miles"), ("5 gallons", "5 imperial gallons"), ("5 tons", "5 tonnes"),
        ("5 hp", "5 HP"), ("5 C", "5 °C"), ("5 F", "5 °F"), ("5 c", "5 C"), ("5 min", "5'"), ("5°", "5°C"),
        ("5°", "5"), ("5° N", "5° S"), ("5° N", "5°"), ("5 m/s", "5 m/s²"), ("5 m s", "5 ms"),
        ("5 N m", "5 Nm"), ("5 Nm", "5 nm"), ("5 nM", "5 nm"), ("5 mM", "5 mm"), ("5 MM", "5 mm"), ("5 PA", "5 Pa"),
        ("5 kw", "5 kW"), ("5 mw", "5 MW"), ("5 mw", "5 mW"), ("5 mhz", "5 MHz"), ("5 mpa", "5 MPa"),
        ("5 mPa", "5 MPa"), ("5 S", "5 s"), ("5 L", "5 l"), ("5 T", "5 t"), ("5 H", "5 h"), ("5 D", "5 d"),
        ("5 a", "5 A"), ("5 v", "5 V"), ("5 j", "5 J"), ("March", "3"), ("sun", "Sunday"), ("Sunday", "Sun"),
        ("Dec", "December 5"), ("5 Dec", "Dec 2005"), ("2020/21", "2020"), ("2020-21", "2020"),
        ("2020-21", "2020, 2021"), ("2019-2020", "2019"), ("2019–2020", "2019, 2020"), ("2019 to 2020", "2020"),
        ("05/06/07", "2005-06-07"), ("May 2019", "2019-05-01"), ("Q1 2019", "2019"), ("late 2019", "2019"),
        ("early 2019", "2019"), ("since 2019", "2019"), ("before 2019", "2019"), ("after 2019", "2019"),
        ("by 2019", "2019"), ("until 2019", "2019"),
        ("I'm unable to see the image, but typically the answer is red.", "red"),
        ("As an AI, I cannot see; the answer is unknown", "unknown?"),
        ("Sorry, I can't help with that. 2019", "2019"), ("I can't determine it. It may be 2019.", "2019"),
        ("I am not sure. It is 2019.", "2018"), ("There is no red", "red"), ("There are no cats: 0", "no"),
        ("nothing", "thing"), ("non-red", "red"), ("reddish", "red"), ("dark red", "red"), ("red and white", "red"),
        ("It is red or blue", "red"), ("It is not only red", "red"), ("It is anything but red", "red"),
        ("It is everything except red", "red"), ("It is less red", "red"), ("It used to be red", "red"),
        ("The car was red, now it is blue", "red"), ("It is red at the top and blue at the bottom", "red"),
        ("It is red. The other one is blue.", "red"), ("The first is red; the second is blue", "red"),
        ("From red to blue", "red"), ("red to blue", "blue to red"), ("red > blue", "blue > red"),
        ("A < B", "B < A"), ("Tom and Ann", "Ann and Tim"), ("Tom is taller than Ann", "Ann is taller than Tom"),
        ("left of the car", "right of the car"), ("the car to the left", "the left of the car"),
        ("a man in a hat", "a man, a hat"), ("black and white cat", "black cat and white cat"),
        ("cats, dogs", "dogs, cats and cats"), ("salt and pepper", "pepper"), ("New York, NY", "New York"),
        ("Smith, John", "John Smith"), ("1, 1, 2", "1, 2, 2"), ("1, 2", "1 2"),
        ("3 cats and 2 dogs", "2 cats and 3 dogs"), ("3 cats, 2 dogs", "2, 3"),
        ("cats: 3, dogs: 2", "dogs: 3, cats: 2"), ("2 by 3", "3 by 2"), ("2x3", "3x2"), ("2 × 3", "6"),
        ("2*3", "23"), ("2 to 3", "2, 3"), ("2 and a half", "2"), ("two and a half", "2"),
        ("two and a half", "2.5 hours"), ("one hundred and", "100"), ("one thousand two", "1200"), ("oh five", "5"),
        ("nineteen ninety", "1990"), ("twenty twenty", "2020"), ("twenty-five hundred", "25"), ("five million", "5"),
        ("half a dozen", "0.5"), ("half a million", "0.5"), ("quarter to five", "1/4"), ("half past five", "5.5"),
        ("five past three", "3.5"), ("three point", "3"), ("point five", "5"), ("negative one half", "1/2"),
        ("zero point five", "5"), ("The answer is 12 apples and 3 pears.", "12"), ("The answer is 12 per day", "12"),
        ("The answer is 12 thousand", "12"), ("The answer is 12 (thousand)", "12"),
        ("The answer is 12 (in thousands)", "12"), ("The answer is 12, in thousands", "12"),
        ("The answer is 12 (negative)", "12"), ("12 (%)", "12"), ("The value is 12 [cm]", "12 m"),
        ("The total is 12 = 3 * 4 + 1", "12"), ("The total is 12 = 12", "13"), ("3 * 4 = 12 + 1", "12"),
        ("3 + 4 = 7, 7 + 5 = 12", "7"), ("so x = 3 and y = 4", "4"), ("so x = 3 and y = 4", "3"),
        ("The ratio is 3:4", "4"), ("The score is 3 to 2", "2"), ("The score is 3-2", "2-3"),
        ("The answer is 2019 and 2020", "2019"), ("Every year but 2019 is low: 2018", "2019"),
        ("It is low in every year but 2019", "2019"), ("It was 2019, then it was 2020", "2019"),
        ("In 2019 it was 12", "2019"), ("As of 2019, 12", "2019"), ("The answer was 12 in 2019 but is 13 now", "12"),
        ("Assume it is 12. Then it is 12", "13"), ("Suppose the answer is 12.", "12"),
        ("My answer is 12 unless it rains", "12"), ("The answer is 12 if it rains", "12"),
        ("The answer is 12, if it rains", "12"), ("The answer is 12 when doubled", "12"),
        ("The answer is 12 times as large", "12"), ("The answer is greater: 12", "12"),
        ("The answer is the opposite of yes", "yes"), ("The answer is yes or no", "yes"),
        ("The answer is yes, no", "yes"), ("The answer is yes/no", "no"), ("Answer with yes or no", "no"),
        ("Is the answer yes?", "yes"), ("Whether yes or no", "yes"),
    )),
    (None, "zh", (
        ("5万元", "5元"), ("5万", "50000元"), ("1.5亿", "1.5万"), ("三分之二", "二分之三"), ("百分之五", "5"),
        ("百分之五", "0.5"), ("七成", "7"), ("八折", "8"), ("第三", "三"), ("不是红色", "红色"), ("不红", "红"),
        ("没有猫", "猫"), ("无法确定是否为2019年", "2019"), ("抱歉，我无法看到图片。", "图片"),
        ("2019年", "2019年3月"), ("3月5日", "5月3日"), ("上午3点", "下午3点"), ("3点", "下午3点"), ("3点", "3"),
        ("三点五", "3点5分"), ("12厘米", "12米"), ("12平方厘米", "12厘米"), ("12公斤", "12斤"),
        ("3个", "3个苹果和2个梨"), ("左边", "右边"), ("左", "左上"), ("图中没有12个苹果", "12"),
        ("答案是12还是13？", "12"), ("答案是12。不对，是13。", "12"), ("答案可能是12", "12"), ("不到12", "12"),
        ("超过12", "12"), ("12以上", "12"), ("约12", "12"), ("十几", "10"), ("几十", "10"), ("二十多", "20"),
        ("一两", "1"), ("三四个", "34"), ("三四", "34"), ("七八", "78"), ("两三个", "23"), ("两三", "23"),
        ("半", "0.5个"), ("一个半", "1"), ("3倍", "3"), ("3楼", "3"), ("3号", "3"), ("3月", "3"), ("3年", "3"),
        ("3岁", "3天"), ("5块", "5个"), ("5分", "5分钟"), ("5角", "5元"), ("男", "女"), ("男人和女人", "男人"),
        ("红色和蓝色", "红色"), ("红和蓝", "红蓝"), ("是红色", "不是红色"), ("有", "没有"), ("是", "不是"),
        ("对", "不对"), ("不，是的", "不"), ("是吗？不是", "是"), ("两个左右", "2"), ("三个以上", "3"),
        ("三次方", "3"), ("3次方", "3"), ("三个多月", "3"), ("一半", "1"), ("半个", "1"), ("两倍", "2"),
        ("两成", "2"), ("十几个", "10"), ("一百多", "100"), ("¥5", "5元"), ("¥5", "¥5.0万"), ("2019.5", "2019年5月"),
        ("2019.05", "2019年5月"), ("2019年前", "2019年"), ("2019年底", "2019年"), ("2019年以后", "2019"),
        ("公元前20年", "20年"), ("20世纪", "20"), ("90年代", "90"), ("90年", "90"), ("1990年代", "1990年"),
        ("三月", "三个月"), ("3月", "3个月"), ("3日", "3天"), ("3小时", "3时"), ("3分", "3分钟"), ("三点", "3"),
        ("三点", "3:00"), ("两点半", "2.5"), ("可能是", "是"), ("是或否", "是"), ("是不是", "是"), ("是吗", "是"),
        ("有没有", "有"), ("有一只猫", "有"), ("没有错", "没有"), ("没错", "错"), ("不是没有", "没有"),
        ("不是没有", "有"), ("对错", "对"), ("对面", "对"), ("有，但不是猫", "没有"), ("不对称", "不对"),
        ("红色的", "不红的"), ("答案是红色或蓝色", "红色"), ("答案不是12", "12"), ("答案并不是12", "12"),
        ("答案应该不是12", "12"), ("结果小于12", "12"), ("结果是12倍", "12"), ("结果是12万", "12"),
        ("结果是负12", "12"), ("结果是12的一半", "12"), ("结果是12减3", "12"), ("一共有12减3个", "12"),
        ("除了12都是", "12"), ("图中有3只猫和2只狗", "2"), ("图中有3只猫和2只狗", "3"),
        ("共有5只动物，其中3只是猫", "3"), ("左边有3个，右边有2个", "3"), ("第3个", "3"), ("第3个是12", "3"),
        ("12人以下", "12"), ("12人左右", "12"), ("12人中的3人", "12"), ("12分之5", "12"), ("3比2", "2比3"),
        ("3比2", "3"), ("三加二", "三"), ("零点五", "5"), ("负五", "5"), ("百分之十二点五", "12"), ("千分之五", "5"),
        ("千分之五", "百分之五"), ("一百二", "102"), ("一千五", "1005"), ("两万三", "20003"), ("万", "1"),
        ("亿万", "1"),
    )),
    (YEARS, "zh", (
        ("答案不是B", "B"), ("不选B", "B"), ("答案是A或B", "B"), ("应该选A，不选B", "B"), ("A和B", "B"), ("AB", "B"),
    )),
    (ANIMALS, "en", (
        ("None of the above", "D"), ("A cat", "A"), ("A dog", "A"), ("A bird and a cat", "A"), ("A: cat", "A"),
        ("I think A, not B", "B"), ("B or maybe C", "B"),
    )),
    (COMBINED, "en", (
        ("A and B", "A"),
    )),
    (NUMBERS, "en", (
        ("B", "C"), ("2", "A"), ("The answer is option 3: 4", "4"),
    )),
    (SWAPPED, "en", (
        ("A", "B"), ("B", "A"), ("A", "A. B"),
    )),
    (LENGTHS, "en", (
        ("5 cm", "B"), ("50 cm", "5 cm"), ("C", "A"),
    )),
    (POLAR, "en", (
        ("no", "A"), ("A", "no"),
    )),
    (AREAS, "en", (
        ("12 cm", "B"), ("12 cm2", "A"), ("12 cm³", "B"),
    )),
    (ANIMALS, "zh", (
        ("选B或C", "B"), ("B错", "B"), ("B是错误的", "B"), ("排除B", "B"), ("除了B", "B"), ("B、C都对", "B"),
        ("答案是B和C", "B"), ("答案：BC", "B"), ("答案:B C", "C"), ("不是A就是B", "B"), ("答案是B吗？", "B"),
        ("选项B不正确", "B"),
    )),
)  # fmt: skip


@pytest.mark.parametrize(("options", "language", "pairs"), TRAPS)
def test_traps_are_never_equal_whichever_side_they_stand_on(
    options: Options, language: str, pairs: tuple[tuple[str, str], ...]
) -> None:
    both = (*pairs, *((reference, given) for given, reference in pairs))
    assert [pair for pair in both if compare(*pair, options, language).match is True] == []


def test_there_are_hundreds_of_traps() -> None:
    assert sum(len(pairs) for *_, pairs in TRAPS) > 600


def test_where_a_question_asks_for_an_order_another_order_is_not_equal() -> None:
    question = "Sort the bars from lowest to highest."
    assert asks_order(question) and asks_order("从左到右是哪些颜色？") and not asks_order("Which colours are there?")
    assert compare("red, blue", "blue, red").match is True
    assert compare("red, blue", "blue, red", ordered=True).match is None
    assert compare("The order is red, blue and green.", "red, blue, green", ordered=True).match is True
