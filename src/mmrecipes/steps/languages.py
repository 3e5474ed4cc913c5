"""Which language a text is in, by its script, its commonest words and its word for "picture".

Covered: languages with a script of their own (Chinese, Japanese, Korean, Arabic, Persian, Greek, Hebrew, Hindi,
Bengali, Thai, Russian, Ukrainian) and sixteen written in Latin letters. It is a heuristic without a model: short texts
without a common word, rare languages and mixtures come out as unknown (""), and Latin-script languages that are not
listed may be taken for a relative. Not covered: romanised text, dialects.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_RANGES = (
    ("kana", 0x3040, 0x30FF), ("hangul", 0xAC00, 0xD7AF), ("hangul", 0x1100, 0x11FF), ("han", 0x4E00, 0x9FFF),
    ("han", 0x3400, 0x4DBF), ("arabic", 0x0600, 0x06FF), ("cyrillic", 0x0400, 0x04FF), ("greek", 0x0370, 0x03FF),
    ("hebrew", 0x0590, 0x05FF), ("devanagari", 0x0900, 0x097F), ("bengali", 0x0980, 0x09FF), ("thai", 0x0E00, 0x0E7F),
)  # fmt: skip
_OF_SCRIPT = {
    "hangul": "ko", "greek": "el", "hebrew": "he", "devanagari": "hi", "bengali": "bn", "thai": "th",
}  # fmt: skip
_WORDS = {
    "en": "the of and a to in is are that it for on with as this what how which who where why there do does can you "
          "please be at by from or an not i we they he she his her their your was were has have "
          "picture describe explain write give tell see show shows many any everything anything which could would "
          "should than then about into only here my me",
    "fr": "le la les des du de un une et est sont que qui dans sur pour avec ce cette ces quel quelle quels quelles "
          "comment combien où pourquoi il elle ils vous nous au aux en pas plus se ne peux peut y "
          "photo cette",
    "de": "der die das den dem des ein eine einen und ist sind zu mit auf für von was wie welche welcher welches wer "
          "wo warum nicht es sie er ich wir im am bitte auch aus bei sich hat wird werden an dieses "
          "diesem diese dieser "
          "bild bilder bildes",
    "es": "el la los las un una y es son que en de del para con por qué cuál cuáles cómo cuántos cuántas dónde quién "
          "este esta estos estas se no hay al lo su sus más está están puedes "
          "imagen imágenes",
    "pt": "o a os as um uma e é são que em de do da dos das no na nos nas para com por qual quais como quantos quantas "
          "onde quem este esta se não há ao você mais está estão seu sua pode isso "
          "imagem imagens",
    "it": "il lo la i gli le un una e è sono che in di del della dei delle nel nella per con quale quali come quanti "
          "quante dove chi perché questo questa si non ci al più sta puoi "
          "immagine immagini",
    "nl": "de het een en is zijn van in op met voor dat die wat hoe welke wie waar waarom niet er deze dit te aan ik "
          "je u kun kunt ook bij naar worden wordt uit "
          "afbeelding foto",
    "pl": "i w na z do jest są co jak który która które gdzie dlaczego kto ile to się nie o po od dla przez ten ta "
          "tych czy za oraz tym jego proszę "
          "obrazku zdjęciu",
    "tr": "ve bir bu ne nasıl hangi kim nerede neden kaç için ile var yok mi mı mu mü da de olan olarak çok daha gibi "
          "şu ama değil lütfen "
          "resim resimde fotoğraf",
    "vi": "là của và có trong một những các được cho với này gì như thế nào bao nhiêu ai đâu tại sao không người trên "
          "hãy bạn đó ở "
          "ảnh hình",
    "id": "yang dan di ke dari ini itu apa bagaimana berapa siapa mana mengapa dengan untuk adalah ada pada tidak "
          "dalam sebuah tersebut anda saya oleh akan bisa "
          "gambar",
    "sv": "och i att det som en ett är på av för med den till vad hur vilken vilket vilka vem var varför inte om de "
          "har du jag kan från "
          "bilden",
    "da": "og i at det som en et er på af for med den til hvad hvordan hvilken hvilket hvilke hvem hvor hvorfor ikke "
          "om de har du jeg kan fra "
          "billedet",
    "cs": "a v na je jsou že se s do co jak který která které kde proč kdo kolik to ne o po od pro z ten ta tím jsem "
          "prosím nebo ve "
          "obrázku",
    "ro": "și în la de pe cu un o este sunt ce cum care unde cine cât câte câți pentru din nu se mai acest această "
          "sau ai al ale "
          "imaginea imagine",
    "fi": "ja on ei se että kuin mitä mikä missä kuka miten kuinka monta miksi tämä ovat oli joka mutta myös kuvassa "
          "hän voi tai ole "
          "kuva kuvassa",
}  # fmt: skip
_LANGUAGES_OF: dict[str, list[str]] = {}
for _language, _words in _WORDS.items():
    for _common in frozenset(_words.split()):
        _LANGUAGES_OF.setdefault(_common, []).append(_language)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LETTERS = {
    "vi": "ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", "pl": "ąęłńśźż", "cs": "ěřů", "tr": "ğış", "de": "ß",
    "es": "ñ¿¡", "pt": "ãõ", "ro": "șță", "sv": "", "da": "øæ",
}  # fmt: skip
"""Letters that speak for a language where word lists overlap; each counts half a word."""

LANGUAGES = ("zh", "ja", "ko", "ar", "fa", "ru", "uk", *_OF_SCRIPT.values(), *_WORDS)


def language_of(text: str) -> str:
    """The ISO 639-1 code of the text's language; empty when it cannot be told."""
    scripts = _scripts(text)
    if not scripts:
        return ""
    letters = scripts.total()
    script, most = scripts.most_common(1)[0]
    # ideographs say more per character than letters do, so a foreign name in Latin letters does not outweigh them
    asian = {s: 3 * scripts[s] for s in ("han", "kana", "hangul")}
    if sum(asian.values()) >= letters / 2:
        return _east_asian(scripts)
    if script == "latin":
        return _latin(text)
    return _named(script, text) if 2 * most >= letters else ""


def _scripts(text: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    if text.isascii():
        counts["latin"] = sum(map(str.isalpha, text))
        return +counts
    for letter in text:
        point = ord(letter)
        if point < 0x0250:
            counts["latin"] += letter.isalpha()
            continue
        script = next((name for name, low, high in _RANGES if low <= point <= high), "")
        if script and unicodedata.category(letter)[0] in "LM":
            counts[script] += 1
        elif not script and letter.isalpha():
            counts["latin" if 0x1E00 <= point <= 0x1EFF else "other"] += 1
    return +counts


def _east_asian(scripts: Counter[str]) -> str:
    if scripts["hangul"] > scripts["han"] + scripts["kana"]:
        return "ko"
    return "ja" if 10 * scripts["kana"] >= scripts["han"] else "zh"


def _named(script: str, text: str) -> str:
    if script == "cyrillic":
        return "uk" if re.search("[іїєґ]", text.lower()) else "ru"
    if script == "arabic":
        return "fa" if re.search("[پچژگ]", text) else "ar"
    return _OF_SCRIPT.get(script, "")


def _latin(text: str) -> str:
    """The language with the most common words in the text; unknown without one or with a tie."""
    lower = unicodedata.normalize("NFC", text).lower()
    words = _WORD.findall(lower)
    counts = dict.fromkeys(_WORDS, 0.0)
    for word in words:
        for language in _LANGUAGES_OF.get(word, ()):
            counts[language] += 1
    special = [letter for letter in lower if letter > "\x7f"]
    for language, letters in _LETTERS.items():
        counts[language] += 0.5 * sum(letter in letters for letter in special)
    first, second = sorted(counts.values(), reverse=True)[:2]
    if first < 1 or first == second or first < 0.08 * len(words):
        return ""
    return max(counts, key=lambda language: counts[language])
