"""Detecting the language of a text, in the scripts and languages that news is written in."""

from __future__ import annotations

import pytest

from extractor.articles.language import detect

TEXTS = {
    "en": "The bank kept its rate on Thursday, but several analysts argue that a cut is only a matter of time.",
    "ru": "Банк в четверг оставил ставку без изменений, но многие считают, что её снижение — лишь вопрос времени.",
    "de": "Die Bank ließ ihren Zins am Donnerstag unverändert, doch viele meinen, eine Senkung sei nur eine Frage.",
    "fr": "La banque a laissé son taux inchangé jeudi, mais plusieurs pensent qu'une baisse est une question de temps.",
    "es": "El banco mantuvo el tipo el jueves, pero varios analistas sostienen que una bajada es cuestión de tiempo.",
    "it": "La banca ha lasciato il tasso invariato, ma per diversi analisti un taglio è solo questione di tempo.",
    "pt": "O banco manteve a taxa na quinta-feira, mas vários analistas dizem que um corte é uma questão de tempo.",
    "uk": "Банк у четвер залишив ставку без змін, проте багато хто вважає, що її зниження — лише питання часу.",
    "tr": "Banka perşembe günü faizi değiştirmedi, ancak birçok analist için indirim bir zaman meselesi.",
    "zh": "央行周四维持利率不变，但多位分析人士认为，降息只是时间问题。",
    "ja": "銀行は木曜日に金利を据え置いたが、利下げは時間の問題だと見る人が多い。",
    "ko": "은행은 목요일 금리를 동결했지만 분석가들은 인하가 시간문제라고 본다.",
    "ar": "أبقى البنك سعر الفائدة دون تغيير يوم الخميس، لكن عددا من المحللين يرون أن خفضه مسألة وقت.",
    "fa": "بانک روز پنجشنبه نرخ بهره را نگه داشت، اما چند تحلیلگر می‌گویند کاهش آن تنها موضوع زمان است.",
    "hi": "बैंक ने गुरुवार को दर में कोई बदलाव नहीं किया, लेकिन कटौती अब समय की बात है।",
    "el": "Η τράπεζα άφησε το επιτόκιο αμετάβλητο την Πέμπτη.",
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_a_sentence_tells_its_language(language: str, text: str) -> None:
    """One sentence of a hundred characters is enough, and capitals do not matter."""
    assert detect(text) == detect(text.upper()) == language


@pytest.mark.parametrize(
    "text", ["", " \n", "Hi", "1234 5678.90", "aaaa bbbb cccc dddd eeee", "https://example.test/a/b"]
)
def test_what_has_no_language(text: str) -> None:
    """What is too short or no language has none."""
    assert detect(text) is None


def test_foreign_names_do_not_decide() -> None:
    """A text is in the script of most of it, whatever names stand in it."""
    assert detect(TEXTS["zh"] + " Federal Reserve, Mara Lind") == "zh"
    assert detect(TEXTS["en"] + " 央行, Банк") == "en"


def test_two_languages_alike_are_not_decided() -> None:
    """Half one language and half another is no language."""
    assert detect(f"{TEXTS['en']} {TEXTS['de']}") is None
