"""Claims about languages: told apart by script and common words, unknown rather than wrong."""

from __future__ import annotations

import pytest

from mmrecipes.steps.languages import LANGUAGES, language_of

ASKED = {
    "en": ("How many red circles are there in the picture?", "Describe what you see in this image."),
    "fr": ("Combien de cercles rouges y a-t-il dans cette image ?", "Décris ce que tu vois sur la photo."),
    "de": ("Wie viele rote Kreise sind auf dem Bild zu sehen?", "Beschreibe, was du auf diesem Bild siehst."),
    "es": ("¿Cuántos círculos rojos hay en la imagen?", "Describe lo que se ve en esta foto."),
    "pt": ("Quantos círculos vermelhos há na imagem?", "Descreva o que você vê nesta foto."),
    "it": ("Quanti cerchi rossi ci sono nell'immagine?", "Descrivi che cosa si vede in questa foto."),
    "nl": ("Hoeveel rode cirkels zijn er op de afbeelding te zien?", "Beschrijf wat je op deze foto ziet."),
    "pl": ("Ile czerwonych kół jest na obrazku?", "Opisz, co widać na tym zdjęciu."),
    "tr": ("Bu resimde kaç tane kırmızı daire var?", "Bu fotoğrafta ne görüyorsun, açıkla."),
    "vi": ("Có bao nhiêu hình tròn màu đỏ trong bức ảnh này?", "Hãy mô tả những gì bạn thấy."),
    "id": ("Berapa banyak lingkaran merah yang ada dalam gambar ini?", "Jelaskan apa yang ada di foto ini."),
    "sv": ("Hur många röda cirklar finns det i bilden?", "Beskriv vad du ser på det här fotot."),
    "da": ("Hvor mange røde cirkler er der på billedet?", "Beskriv hvad du ser på dette foto."),
    "cs": ("Kolik červených kruhů je na obrázku?", "Popiš, co je vidět na této fotografii."),
    "ro": ("Câte cercuri roșii sunt în imagine?", "Descrie ce se vede în această fotografie."),
    "fi": ("Kuinka monta punaista ympyrää kuvassa on?", "Kuvaile, mitä tässä kuvassa on."),
    "zh": ("图中有几个红色的圆？", "请描述这张iPhone照片。"),
    "ja": ("この画像には赤い円がいくつありますか。", "写真の内容を説明してください。"),
    "ko": ("이 그림에 빨간 원이 몇 개 있습니까?", "이 사진을 설명해 주세요."),
    "ru": ("Сколько красных кругов на картинке?", "Опиши, что изображено на фото."),
    "uk": ("Скільки червоних кіл на зображенні?", "Опиши, що зображено на цій світлині."),
    "ar": ("كم عدد الدوائر الحمراء في الصورة؟", "صف ما تراه في هذه الصورة."),
    "fa": ("چند گل قرمز در این تصویر وجود دارد؟", "آنچه در این عکس می‌بینی توصیف کن، چه چیزی پیداست؟"),
    "el": ("Πόσοι κόκκινοι κύκλοι υπάρχουν;", "Περιέγραψε την εικόνα."),
    "he": ("כמה עיגולים אדומים יש בתמונה?", "תאר את התמונה."),
    "hi": ("चित्र में कितने लाल वृत्त हैं?", "इस तस्वीर का वर्णन करें।"),
    "th": ("ในภาพมีวงกลมสีแดงกี่วง", "อธิบายภาพนี้"),
    "bn": ("ছবিতে কতগুলি লাল বৃত্ত আছে?", "এই ছবিটি বর্ণনা করুন।"),
}


def test_every_language_the_module_names_is_tried() -> None:
    assert set(ASKED) == set(LANGUAGES) and len(LANGUAGES) >= 15


@pytest.mark.parametrize("language", ASKED)
def test_questions_and_requests_are_told_by_their_language(language: str) -> None:
    assert [language_of(text) for text in ASKED[language]] == [language, language]


@pytest.mark.parametrize("text", ["", "42", "3.14 = π?"[:4], "!!! ---", "HTTP 404", "Zyx qwv blorf"])
def test_what_cannot_be_told_is_unknown(text: str) -> None:
    assert language_of(text) == ""


def test_a_long_answer_is_told_apart_from_its_question() -> None:
    assert language_of("这张图片里有两只猫和一把红色的椅子。") == "zh"
    assert language_of("The picture shows two cats and a red chair, and the light comes from the left.") == "en"
    assert language_of("The sign says 北京, which is the name of a city.") == "en"
