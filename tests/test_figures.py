"""figures.py: numbers, dates and probabilities compared by value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.figures import FigureIndex, figures, unsupported_figures

ENGLISH = {
    "1,234.56": "1234.56",
    "1,234,567": "1234567",
    "1.234,56": "1234.56",
    "12,34,567": "1234567",
    "1’234": "1234",
    "1\u202f234": "1234",
    "$1.2bn": "1200000000",
    "1.2 billion": "1200000000",
    "$3m": "3000000",
    "12k": "12000",
    "5-million": "5000000",
    "3 lakh": "300000",
    "3rd": "3",
    "1990s": "1990",
    "½": "0.5",
    "2½": "2.5",
    ".5": "0.5",
    "9:30": "9.3",
    "٣٥": "35",
    "۱۲۳": "123",
    "４２": "42",
    "twenty-five thousand three hundred": "25300",
    "one hundred and five": "105",
    "five trillion": "5000000000000",
    "nineteen eighty-four": "1984",
    "twenty twenty-six": "2026",
    "zero point five": "0.5",
    "third": "3",
    "half": "0.5",
    "three quarters": "0.75",
    "one in five": "0.2",
    "half a million": "500000",
    "two and a half million": "2500000",
    "twice": "2",
    "a dozen": "12",
    "two dozen": "24",
    "a decade": "10",
    "1/4": "0.25",
}
OTHERS = [
    ("de", "1.234,5", "1234.5"),
    ("de", "1.234", "1234"),
    ("de", "3 Mio.", "3000000"),
    ("de", "zwei Billionen", "2000000000000"),
    ("de", "eine halbe Million", "500000"),
    ("de", "fünfundzwanzig", "25"),
    ("fr", "1 234,5", "1234.5"),
    ("fr", "quatre-vingt-dix-neuf", "99"),
    ("fr", "deux millions et demi", "2500000"),
    ("es", "mil quinientos millones", "1500000000"),
    ("it", "duecentomila", "200000"),
    ("pt", "dois mil e dezesseis", "2016"),
    ("nl", "twee miljoen", "2000000"),
    ("ru", "3 млн", "3000000"),
    ("ru", "1,5 миллиарда", "1500000000"),
    ("ru", "двадцать пять", "25"),
    ("ru", "в двух тысячах шестнадцатом", "2016"),
    ("ru", "три миллиона двести тысяч", "3200000"),
    ("ru", "семьюдесятью", "70"),
    ("ru", "полтора миллиона", "1500000"),
    ("ru", "две трети", str(Decimal(2) / 3)),
    ("ru", "1990-е", "1990"),
    ("zh", "二〇二六", "2026"),
    ("zh", "十二亿三千万", "1230000000"),
    ("zh", "1亿2000万", "120000000"),
    ("zh", "三分之二", str(Decimal(2) / 3)),
    ("zh", "两千零五十", "2050"),
    ("ja", "3万人", "30000"),
    ("ko", "3만5천", "35000"),
    ("hi", "३ लाख", "300000"),
    ("ar", "3 مليون", "3000000"),
    ("fa", "۳ میلیارد", "3000000000"),
    ("tr", "5 milyon", "5000000"),
    ("uk", "3 млрд", "3000000000"),
]
ARTICLE = """On 3 March 2026 two of the 12 members voted; 70 percent agreed and half stayed away. It costs $1.2bn,
and 5,000 people came by June. He spoke from April 5-7 and on May 9, 2025. In 2016, at 9:30 on Monday, one in five gave
it 45 to 48 percent. The third plan of 2017-21 fell by 3 percentage points. She said 15.02.2024 was the day."""
SUPPORTED = [
    "Two of twelve voted",
    "70% agreed",
    "Seventy per cent agreed",
    "50% stayed away",
    "A 45% or 48% chance",
    "Twenty percent gave it",
    "A fifth gave it",
    "It costs 1.2 billion dollars or $1,200 million",
    "Thousands came",
    "March 3",
    "the 3rd of March, 2026",
    "2026-03-03",
    "May 9 and April 7",
    "9.30 on Monday",
    "By 2021",
    "On 15 February 2024",
    "A 3-point fall",
    "A one-in-five chance",
    "The first one of the second kind is no one's",
    "No one may march",
    "Both members",
]
UNSUPPORTED = [
    ("13 members voted in 2018", ["13", "2018"]),
    ("71% agreed", ["71%"]),
    ("12% agreed", ["12%"]),
    ("seventy-one per cent", ["seventy-one per cent"]),
    ("$1.3bn and 1.2 million", ["1.3bn", "1.2 million"]),
    ("Millions came", ["Millions"]),
    ("On 4 March", ["4 March"]),
    ("On March 3, 2025", ["March 3, 2025"]),
    ("April 6", ["April 6"]),
    ("2026-03-04", ["2026-03-04"]),
    ("In July, on a Tuesday", ["July", "Tuesday"]),
    ("At 10:30", ["10:30"]),
    ("Two-thirds, one in six, a quarter of them", ["Two-thirds", "one in six", "quarter"]),
    ("eleven, eleven", ["eleven", "eleven"]),
    ("one percent", ["one percent"]),
    ("thirty", ["thirty"]),
]


def value(text: str, language: str | None) -> list[Decimal]:
    """The values of the figures that claim a number."""
    return [figure.value for figure in figures(text, language=language) if figure.checked]


def percentages(text: str, language: str) -> list[Decimal]:
    """The values of the percentages."""
    return [figure.value for figure in figures(text, language=language) if figure.unit == "percent"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "el 70 por ciento"),
        ("it", "settanta per cento"),
        ("pt", "70 por cento"),
        ("fr", "soixante-dix pour cent"),
    ],
)
def test_the_hundred_in_percent_is_no_number(language: str, text: str) -> None:
    """The words for percent are read once."""
    assert [figure.value for figure in figures(text, language=language)] == [70]


@pytest.mark.parametrize("text", ["2 to 3 million", "$2-3 million", "between two and three million"])
def test_a_range_shares_its_scale(text: str) -> None:
    """The first end of a range is read with and without the scale of the second."""
    index = FigureIndex(text, language="en")
    assert index.unsupported("2 million, 3 million, two") == []
    assert index.unsupported("4 million") == ["4 million"]


@pytest.mark.parametrize(("text", "number"), ENGLISH.items())
def test_english_figures_have_their_value(text: str, number: str) -> None:
    """Digits with separators and scales, words, fractions and digits of other scripts all come to a value."""
    assert value(f"It was {text} then", "en") == [Decimal(number)]


@pytest.mark.parametrize(("language", "text", "number"), OTHERS)
def test_figures_of_other_languages_have_their_value(language: str, text: str, number: str) -> None:
    """Separators, scales and number words are read as the language writes them."""
    assert value(text, language) == [Decimal(number)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("en", "70%"), ("en", "70 percent"), ("en", "70 per cent"), ("de", "70 Prozent"), ("fr", "70 pour cent")),
        *(("ru", "70 процентов"), ("zh", "百分之七十"), ("zh", "七成"), ("tr", "yüzde 70"), ("tr", "%70")),
        *(("fa", "۷۰ درصد"), ("ar", "٧٠٪"), ("en", "seventy percent"), ("it", "settanta per cento")),
    ],
)
def test_percentages_are_told_from_numbers(language: str, text: str) -> None:
    """A percentage is marked as such, in words and in digits."""
    assert percentages(text, language) == [70]


@pytest.mark.parametrize("text", ["60-70%", "60 to 70 percent", "between 60 and 70 per cent", "60% to 70"])
def test_a_range_shares_its_percent_sign(text: str) -> None:
    """Both ends of a range are percentages."""
    assert percentages(text, "en") == [60, 70]


def test_separators_that_two_languages_read_differently_depend_on_the_language() -> None:
    """1.234 is 1234 in German, 1.234 in English, and either where the language is not known."""
    assert value("1.234", "de") == [1234]
    assert value("1.234", "en") == [Decimal("1.234")]
    [figure] = figures("1.234")
    assert {figure.value, *figure.also} == {Decimal(1234), Decimal("1.234")}


def test_figures_stand_at_their_offsets() -> None:
    """Offsets point at the words of the figure, scale and percent sign included, in ascending order."""
    text = "Some 1.2 billion people, seventy percent of them in two thirds of 50 states"
    assert [text[figure.start : figure.end] for figure in figures(text, language="en")] == [
        "1.2 billion",
        "seventy percent",
        "two thirds",
        "50",
    ]


@pytest.mark.parametrize("statement", SUPPORTED)
def test_what_the_article_gives_is_supported(statement: str) -> None:
    """The same value is accepted in another form, and words that are as often no numbers are not questioned."""
    assert unsupported_figures(statement, ARTICLE, language="en") == []


@pytest.mark.parametrize(("statement", "missing"), UNSUPPORTED)
def test_what_the_article_does_not_give_is_found(statement: str, missing: list[str]) -> None:
    """Every other number, percentage, date, month or weekday is returned verbatim, in order."""
    assert unsupported_figures(statement, ARTICLE, language="en") == missing


@pytest.mark.parametrize(
    ("language", "article", "supported", "missing"),
    [
        ("ru", "В марте 2026 года 70 процентов и две трети", "70%, две трети, март, 2026", ["июне", "71%"]),
        ("zh", "2026年3月3日，百分之七十的人，三个国家", "70%的人，3个国家，三月三日", ["4月", "71%"]),
        ("fr", "Le 3 mars 2026, 70 % des deux mille votants", "70 pour cent, 2 000, 3 mars", ["4 mars", "trois mille"]),
        ("de", "Am 3. März stimmten 70 Prozent, 2.000 Menschen", "70 %, 2000, 3. März", ["4. März", "3000"]),
        ("es", "El 3 de marzo el 70 por ciento, dos tercios", "70%, 3 de marzo", ["abril", "71%"]),
        ("hi", "३ मार्च २०२६ को ७० प्रतिशत", "70%, 3 मार्च", ["4 मार्च", "71%"]),
        ("pl", "W styczniu 2026 roku 70 procent", "70%, styczeń", ["marcu", "71%"]),
    ],
)
def test_other_languages_are_compared_by_value(language: str, article: str, supported: str, missing: list[str]) -> None:
    """Numbers, percentages, months and days are compared in other languages as in English."""
    index = FigureIndex(article, language=language)
    assert index.unsupported(supported) == []
    assert index.unsupported(", ".join(missing)) == missing


def test_two_numbers_make_a_year_only_side_by_side() -> None:
    """Nineteen eighty-four is a year; with anything between them they are two numbers."""
    assert value("nineteen eighty-four", "en") == [1984]
    assert value("of nineteen, eighty-four left", "en") == [19, 84]


def test_allowed_values_may_be_told() -> None:
    """The number of listed experts may be told in words or digits, and not as a percentage."""
    index = FigureIndex("Nobody counted.", language="en")
    assert index.unsupported("Three experts; 3 of them", allowed=[3]) == []
    assert index.unsupported("3% of four experts", allowed=[3]) == ["3%", "four"]


def test_the_modal_may_is_no_month() -> None:
    """ "May" and "march" count as months only where they are written as names or stand beside a day."""
    index = FigureIndex("It may rain. They march.", language="en")
    assert index.unsupported("It may rain and they march. May it?") == []
    assert index.unsupported("It rains in May and on 3 March") == ["May", "3 March"]


def test_a_name_supports_the_month_that_it_looks_like() -> None:
    """An article about Theresa May does not make statements about her fail."""
    assert FigureIndex("Theresa May left.", language="en").unsupported("A plan of Theresa May") == []


def test_the_very_words_are_always_supported() -> None:
    """A compound that is read oddly passes when the article has it word for word."""
    index = FigureIndex("The Boeing 737-800 and a 2-for-1 deal, sect. 4.2.1", language="en")
    assert index.unsupported("A 737-800, a 2-for-1 deal and 4.2.1") == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SUPPORTED + [text for text, _ in UNSUPPORTED] + list(ENGLISH)), max_size=6))
def test_a_text_supports_itself(parts: list[str]) -> None:
    """No sentence has a figure that the text it comes from lacks."""
    text = ". ".join(parts)
    index = FigureIndex(text, language="en")
    assert [index.unsupported(part) for part in parts] == [[]] * len(parts)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["en", "de", "ru", "zh", "ar", None]))
def test_any_text_can_be_read(text: str, language: str | None) -> None:
    """Whatever the text, figures ascend and lie inside it."""
    found = figures(text, language=language)
    assert all(0 <= figure.start < figure.end <= len(text) for figure in found)
    assert [figure.start for figure in found] == sorted(figure.start for figure in found)


@settings(max_examples=150, deadline=None)
@given(st.text("0123456789,.:/- %sm½一二十百万亿分之", max_size=40), st.sampled_from(["en", "de", "zh", None]))
def test_any_digits_can_be_read(text: str, language: str | None) -> None:
    """Odd runs of digits and separators are read without an error, and support themselves."""
    index = FigureIndex(text, language=language)
    assert index.unsupported(text) == []


@pytest.mark.parametrize("text", ["9" * 6000, "9" * 60 + "s", "一" * 6000, "1," * 20_000, "12," * 20_000, "1e999"])
def test_very_long_figures_do_not_hurt(text: str) -> None:
    """A file full of digits is read in one go."""
    assert FigureIndex(text, language=None).unsupported("seven") == ["seven"]


@settings(max_examples=80, deadline=None)
@given(st.integers(2, 10**9))
def test_a_number_is_found_with_and_without_separators(number: int) -> None:
    """Thousands separators do not change a value, and the next number is not supported."""
    index = FigureIndex(f"There were {number:,} of them", language="en")
    assert index.unsupported(f"There were {number}") == []
    assert index.unsupported(f"There were {number + 1}") == [str(number + 1)]


@pytest.mark.parametrize(
    ("language", "number", "value"),
    [
        ("en", "two hundred and five", "205"),
        ("de", "zweihundert", "200"),
        ("it", "ventidue mila milioni", "22000000000"),
    ],
)
def test_numbers_in_words_are_found_amid_other_words(language: str, number: str, value: str) -> None:
    """Only the words near a number are read for one, and every number is read to its end."""
    text = f"alpha beta gamma, {number} delta, epsilon, zeta; {number} eta theta iota kappa"
    found = figures(text, language=language)
    assert [text[figure.start : figure.end] for figure in found] == [number, number]
    assert {figure.value for figure in found} == {Decimal(value)}
