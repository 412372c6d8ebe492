"""Properties of grounding over Unicode and over English, Russian, Chinese, Arabic and Persian texts."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pytest
import regex
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from extractor.grounding import Grounder, Miss
from extractor.grounding.boundaries import is_edge
from extractor.grounding.normalization import fold
from extractor.grounding.occurrences import ELISION
from extractor.schemas import Span
from extractor.schemas.drafts import DraftPosition

modestly = settings(max_examples=40, deadline=None)


@dataclass(frozen=True)
class Language:
    """Words that occur once each in a text, words that never do, and clauses with their negations."""

    words: str
    foreign: str
    negations: list[tuple[str, str]]
    stop: str = ". "
    gap: str = " "


LANGUAGES = {
    "en": Language(
        """market minister harvest railway committee border budget factory pipeline election senator treaty currency
        drought engineer tariff satellite reactor province glacier museum fishermen orchestra vaccine parliament
        airline refinery dictionary volcano insurance coalition monastery highway telescope wheat peninsula""",
        """purple yesterday giraffe whispered beneath crooked lantern umbrellas juggling quietly sandwich bicycle
        moonlight pajamas trampoline cinnamon""",
        [
            ("Moscow will return to the table", "Moscow will not return to the table"),
            ("the talks are likely to fail this spring", "the talks are unlikely to fail this spring"),
            ("prices can rise again before winter", "prices can't rise again before winter"),
            ("the union has accepted the offer", "the union has never accepted the offer"),
        ],
    ),
    "ru": Language(
        """рынок министр урожай комитет граница бюджет завод выборы сенатор договор валюта засуха инженер тариф спутник
        реактор область ледник музей рыбаки оркестр вакцина парламент словарь вулкан страховка коалиция монастырь
        телескоп пшеница полуостров дирижёр""",
        """фиолетовый жираф шептал кривой фонарь зонтики жонглируя бутерброд велосипед пижама батут корица облака скрипя
        утюг варежка""",
        [
            ("Москва вернётся к переговорам весной", "Москва не вернётся к переговорам весной"),
            ("соглашение возможно уже этим летом", "соглашение невозможно уже этим летом"),
            ("правительство примет новые условия", "правительство никогда не примет новые условия"),
        ],
    ),
    "zh": Language(
        """市场 部长 收成 铁路 委员 边境 预算 工厂 管道 选举 参议 条约 货币 干旱 电站 关税 卫星 反应 省份 冰川 博物 渔民
        乐团 疫苗 议会 航空 炼油 词典 火山 保险 联盟 寺院""",
        "紫色 昨夜 骆驼 低语 弯曲 灯笼 雨伞 杂耍 悄悄 夹心 单车 月光 睡衣 蹦床 肉桂 棉花",
        [
            ("俄方将在春季重返谈判桌", "俄方将不在春季重返谈判桌"),
            ("政府已经接受对手提出的条件", "政府没有接受对手提出的条件"),
            ("各国可能在夏季达成新的协议", "各国未能在夏季达成新的协议"),
        ],
        stop="。",
        gap="",
    ),
    "ar": Language(
        """السوق الوزير الحصاد اللجنة الحدود الميزانية المصنع الانتخابات السيناتور المعاهدة العملة الجفاف المهندس
        التعريفة القمر المفاعل الإقليم المتحف الصيادون الأوركسترا اللقاح البرلمان المصفاة القاموس البركان التأمين
        الائتلاف الدير التلسكوب القمح الطريق السفينة""",
        """بنفسجي زرافة همست ملتوية فانوس مظلات شطيرة دراجة بيجامة ترامبولين قرفة غيوم مكواة قفاز صرير بطيخ""",
        [
            ("الحكومة ستعود إلى المفاوضات هذا الربيع", "الحكومة لن تعود إلى المفاوضات هذا الربيع"),
            ("الاتفاق ممكن خلال الصيف المقبل", "الاتفاق غير ممكن خلال الصيف المقبل"),
            ("قبل الرئيس شروط الجانب الآخر", "لم يقبل الرئيس شروط الجانب الآخر"),
        ],
    ),
    "fa": Language(
        """بازار وزیر محصول کمیته مرز بودجه کارخانه انتخابات سناتور پیمان خشکسالی مهندس تعرفه ماهواره رآکتور استان
        یخچال موزه ماهیگیران ارکستر واکسن مجلس پالایشگاه فرهنگ آتشفشان بیمه ائتلاف صومعه تلسکوپ گندم بزرگراه
        شبه‌جزیره""",
        """بنفش زرافه زمزمه فانوس چترها ساندویچ دوچرخه پیژامه دارچین ابرها دستکش هندوانه قیچی پروانه
        بادکنک عروسک""",
        [
            ("دولت سیاست خود را تغییر می‌دهد", "دولت سیاست خود را تغییر نمی‌دهد"),
            ("مذاکرات در بهار ادامه خواهد یافت", "مذاکرات در بهار ادامه نخواهد یافت"),
            ("توافق با شرایط تازه ممکن است", "توافق با شرایط تازه ممکن نیست"),
        ],
    ),
}
in_every_language = pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
numbers = st.integers(11, 9999)
FORMS: list[Literal["NFC", "NFD", "NFKC", "NFKD"]] = ["NFC", "NFD", "NFKC", "NFKD"]


@st.composite
def passages(
    draw: st.DrawFn,
    language: Language,
    *,
    least: int = 6,
    joints: Sequence[str] = (" ",),
    between: str | None = None,
) -> tuple[str, int, str]:
    """A text, and where in it a quotation of at least ``least`` words is; ``between`` is put into its middle."""
    words = draw(st.permutations(language.words.split()))
    size = draw(st.integers(least, 14))
    start = draw(st.integers(0, len(words) - size))
    join = draw(st.sampled_from([language.gap if joint == " " else joint for joint in joints]))
    before, quoted, after = words[:start], list(words[start : start + size]), words[start + size :]
    if between is not None:
        quoted.insert(size // 2, between)
    half = len(quoted) // 2
    quote = language.gap.join(quoted[:half]) + join + language.gap.join(quoted[half:])
    head = "".join(word + language.stop for word in before)
    return head + quote + language.stop + language.gap.join(after), len(head), quote


def located(text: str, quote: str) -> tuple[int, str]:
    """The start and text of what is found; fails on a miss."""
    found = Grounder(text).find(quote)
    assert isinstance(found, Span), found
    assert text[found.start : found.end] == found.text
    return found.start, found.text


def claimed(content: str, source: str, cue: str) -> DraftPosition:
    """A drafted position with these words."""
    words = {"content": [content], "source": [source], "cue": [cue], "stance": "neutral", "kind": "fact"}
    return DraftPosition.model_validate(
        {**words, "expert": source, "reported_by": None, "statement": content, "topic": cue, "target": cue}
    )


def reason(text: str, quote: str) -> str:
    """Why a quotation is refused; fails when it is found."""
    found = Grounder(text).find(quote)
    assert isinstance(found, Miss), found
    return found.reason


@in_every_language
@modestly
@given(data=st.data())
def test_a_quote_is_found_where_it_was(language: Language, data: st.DataObject) -> None:
    """A verbatim quotation is found at its place."""
    text, start, quote = data.draw(passages(language, least=2))
    assert located(text, quote) == (start, quote)


@in_every_language
@modestly
@given(data=st.data())
def test_other_quotation_marks_are_forgiven(language: Language, data: st.DataObject) -> None:
    """A quotation in one style of quotation marks is found in a text in another."""
    pairs = ["“”", '""', "‘’", "«»", "「」", "„“", "''"]
    written, quoted = data.draw(st.sampled_from(pairs)), data.draw(st.sampled_from(pairs))
    text, start, quote = data.draw(passages(language, between=f"{written[0]}X7{written[1]}"))
    changed = quoted[0] + quote.replace(written[0], quoted[0]).replace(written[1], quoted[1]) + quoted[1]
    assert located(text, changed) == (start, quote)


@in_every_language
@modestly
@given(data=st.data())
def test_other_dashes_are_forgiven(language: Language, data: st.DataObject) -> None:
    """A dash of any length, with spaces or without, stands for any other."""
    dashes = [" — ", "—", " – ", "–", " - ", "-", " -- ", "--", "−", "‑"]
    text, start, quote = data.draw(passages(language, joints=dashes))
    other = data.draw(st.sampled_from(dashes))
    joint = regex.findall(r"\s*[-—–−‑]+\s*", quote)[0]
    assert located(text, quote.replace(joint, other)) == (start, quote)


@in_every_language
@modestly
@given(data=st.data())
def test_other_white_space_is_forgiven(language: Language, data: st.DataObject) -> None:
    """Line ends, no-break and thin spaces, runs of blanks and invisible characters do not matter, on either side."""
    blanks = [" ", "\n", "\u00a0", "\u2009", "  ", " \n ", "\t", "\u202f", " \u200b"]
    text, start, quote = data.draw(passages(language, joints=blanks))
    changed = "".join(data.draw(st.sampled_from(blanks)) if char.isspace() else char for char in quote)
    assert located(text, changed) == (start, quote)


@in_every_language
@modestly
@given(data=st.data())
def test_invisible_characters_are_forgiven(language: Language, data: st.DataObject) -> None:
    """Soft hyphens, joiners, direction marks and a byte order mark inside a quotation or a text do not matter."""
    text, start, quote = data.draw(passages(language))
    unseen = data.draw(st.sampled_from(["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\u200f", "\ufeff"]))
    at = data.draw(st.integers(1, len(quote) - 1))
    changed = quote[:at] + unseen + quote[at:]
    assert located(text, changed) == (start, quote)
    assert located(text.replace(quote, changed), quote) == (start, changed)


@in_every_language
@modestly
@given(data=st.data())
def test_other_letter_case_is_forgiven(language: Language, data: st.DataObject) -> None:
    """A quotation in capitals, in small letters or in title case is found."""
    text, start, quote = data.draw(passages(language))
    change = data.draw(st.sampled_from([str.upper, str.lower, str.title, str.swapcase, str.casefold]))
    assert located(text, change(quote)) == (start, quote)


@in_every_language
@modestly
@given(data=st.data())
def test_composition_is_forgiven(language: Language, data: st.DataObject) -> None:
    """Composed and decomposed characters, and compatibility forms, are the same on either side."""
    text, start, quote = data.draw(passages(language, between="café"))
    form = data.draw(st.sampled_from(FORMS))
    assert located(text, unicodedata.normalize(form, quote)) == (start, quote)
    decomposed = unicodedata.normalize(form, text)
    assert located(decomposed, quote)[1] == unicodedata.normalize(form, quote)


@in_every_language
@modestly
@given(data=st.data())
def test_an_ellipsis_of_the_text_may_be_written_otherwise(language: Language, data: st.DataObject) -> None:
    """One character, three dots and spaced dots are the same ellipsis."""
    forms = ["…", "...", "... ", " … ", ". . . ", " ...", "....", "……"]
    text, start, quote = data.draw(passages(language, joints=forms))
    joint = regex.findall(r"\s*(?:…+|\.[. ]+)\s*", quote)[0]
    assert located(text, quote.replace(joint, data.draw(st.sampled_from(forms)))) == (start, quote)


@in_every_language
@modestly
@given(data=st.data())
def test_an_ellipsis_may_stand_for_a_few_words(language: Language, data: st.DataObject) -> None:
    """A quotation that leaves out words within reach gives one span from its first to its last word."""
    text, start, quote = data.draw(passages(language, least=8))
    words = quote.split() if language.gap else regex.findall("..", quote)
    cut = data.draw(st.integers(1, len(words) - 6))
    kept = language.gap.join(words[:3]), language.gap.join(words[3 + cut :])
    assert len(quote) < ELISION
    assert located(
        text, data.draw(st.sampled_from(["{}…{}", "{} ... {}", "{} […] {}", "… {} ... {} …"])).format(*kept)
    ) == (
        start,
        quote,
    )


@in_every_language
@modestly
@given(data=st.data())
def test_a_small_typo_is_forgiven(language: Language, data: st.DataObject) -> None:
    """One letter swapped, dropped, doubled or replaced leaves the quotation where it was."""
    text, start, quote = data.draw(passages(language, least=8))
    inner = [m.start() for m in regex.finditer(r"(?<=\p{L}\p{L})\p{L}(?=\p{L}\p{L})", quote)]
    at = data.draw(st.sampled_from(inner))
    letter, following = quote[at], quote[at + 1]
    slip = data.draw(st.sampled_from([following + letter, following, letter + letter + following, "x" + following]))
    assert located(text, quote[:at] + slip + quote[at + 2 :]) == (start, quote)


@in_every_language
@modestly
@given(data=st.data(), number=numbers, other=numbers)
def test_another_figure_is_refused(language: Language, data: st.DataObject, number: int, other: int) -> None:
    """A quotation with another figure is refused, whatever the digits are written in."""
    assume(number != other)
    digits = data.draw(st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]))
    text, start, quote = data.draw(
        passages(language, between=str(number).translate({48 + i: d for i, d in enumerate(digits)}))
    )
    assert located(text, quote) == (start, quote)
    written = regex.findall(r"\d+", quote)[0]
    assert reason(text, quote.replace(written, str(other))) == "digits_differ"
    assert located(text, quote.replace(written, str(number))) == (start, quote)


@in_every_language
@modestly
@given(data=st.data())
def test_an_added_or_dropped_negation_is_refused(language: Language, data: st.DataObject) -> None:
    """A quotation that says the contrary is refused, in either direction, alone and among other words."""
    pair = data.draw(st.sampled_from(language.negations))
    written, quoted = data.draw(st.permutations(pair))
    text, start, quote = data.draw(passages(language, least=2, between=written))
    assert located(text, quote) == (start, quote)
    assert reason(text, quote.replace(written, quoted)) == "negation_differs"
    assert reason(text, quoted) == "negation_differs"


@in_every_language
@modestly
@given(data=st.data())
def test_an_invented_quote_is_refused(language: Language, data: st.DataObject) -> None:
    """A quotation of words that the text does not have is refused, though it may begin as the text does."""
    text, _, quote = data.draw(passages(language))
    invented = data.draw(st.lists(st.sampled_from(language.foreign.split()), min_size=6, max_size=12, unique=True))
    opening = data.draw(st.sampled_from(["", quote[:8] + language.gap]))
    assert reason(text, opening + language.gap.join(invented)) == "absent"


@in_every_language
@modestly
@given(data=st.data())
def test_each_of_five_identical_sentences_is_found_by_its_speaker(language: Language, data: st.DataObject) -> None:
    """Of five identical sentences the one beside the quoted source and cue is taken, wherever both stand."""
    speakers = data.draw(st.permutations(language.foreign.split()))[:5]
    cue, *rest = data.draw(st.permutations(language.words.split()))
    sentence = language.gap.join(rest[:5])
    form = data.draw(
        st.sampled_from(
            ["{speaker} {cue}: “{sentence}.” ", "“{sentence},” {cue} {speaker}. ", "“{sentence},” {speaker} {cue}.\n"]
        )
    )
    text, starts = "", []
    for speaker in speakers:
        said = form.format(speaker=speaker, cue=cue, sentence=sentence)
        starts.append([len(text) + said.index(part) for part in (sentence, speaker, cue)])
        text += said
    chosen = data.draw(st.integers(0, 4))
    draft = claimed(sentence, speakers[chosen], cue)
    spans, misses = Grounder(text).claim(draft)
    assert not misses
    assert [spans.content[0].start, spans.source[0].start, spans.cue[0].start] == starts[chosen]


anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
snippets = st.sampled_from(
    [
        "e\u0301",
        "ß",
        "İ",
        "ﬁ",
        "👩‍👩‍👧",
        "🇷🇺🇺🇸",
        "한국",
        "क्षि",
        "ไทย",
        "３",
        "\r\n",
        "…",
        " — ",
        "can't",
        "3.5",
        "\u0640",
    ]
)
unicode_texts = st.lists(st.one_of(anything, snippets, st.just(" ")), max_size=12).map("".join)


@modestly
@given(unicode_texts, unicode_texts)
@example("ǰa", "a")
def test_whatever_is_found_is_exact_and_whole(text: str, quote: str) -> None:
    """Over any text and any quotation a span is exact, folds to what was asked, and cuts no character."""
    found = Grounder(text).find(quote)
    if isinstance(found, Span):
        assert text[found.start : found.end] == found.text
        edges = {0, *(match.end() for match in regex.finditer(r"\X", text))}
        assert {found.start, found.end} <= edges


@modestly
@given(unicode_texts, st.data())
def test_any_piece_between_edges_is_found(text: str, data: st.DataObject) -> None:
    """Any stretch of any text that begins and ends at the edge of a word is found."""
    edges = [at for at in range(len(text) + 1) if is_edge(text, at)]
    start, end = sorted((data.draw(st.sampled_from(edges)), data.draw(st.sampled_from(edges))))
    quote = text[start:end]
    assume(quote.strip() == quote and any(char.isalnum() for char in fold(quote).text))
    found = Grounder(text).find(quote, near=start)
    assert isinstance(found, Span)
    assert fold(found.text).text.strip() == fold(quote).text.strip()


@modestly
@given(unicode_texts)
def test_folding_maps_every_stretch_back(text: str) -> None:
    """Every character of a folded text comes from a stretch of the original that folds to it again."""
    folded = fold(text)
    assert folded.offset(len(text)) == len(folded.text)
    ends = [folded.original(at, at + 1) for at in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in ends)
    assert [start for start, _ in ends] == sorted(start for start, _ in ends)


@modestly
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_folding_is_the_same_for_every_spelling(text: str) -> None:
    """A text folds like its capitals, its small letters, its decomposed form, and like its own folded form."""
    folded = fold(text).text
    assert fold(folded).text == folded
    assert fold(unicodedata.normalize("NFD", text)).text == folded
