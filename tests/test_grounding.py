"""Grounding: which characters of a text a quotation and the parts of a claim stand for."""

import pytest

from extractor.grounding import FieldMiss, Grounder, Miss
from extractor.grounding.guards import conflict
from extractor.grounding.normalization import fold
from extractor.schemas import Span
from extractor.schemas.drafts import DraftPosition, DraftPrediction

TEXT = (
    "The minister said exports grew by 30%, or $1,200 million, in 2024. “We can't leave the harbour — not before the"
    " thaw…” she added.\n\nThe others disagree. He, a banker near Goodwill Street, says that prices will fall;"
    " his colleague, who may resign, says that they are unlikely to fall before May."
)


def position(content: str | list[str], source: str = "", cue: str = "") -> DraftPosition:
    """A drafted position with these words; no source or cue when empty."""
    return DraftPosition(
        content=[content] if isinstance(content, str) else content,
        source=[source] if source else [],
        cue=[cue] if cue else [],
        expert="He",
        reported_by=None,
        statement="s",
        topic="t",
        target="t",
        stance="neutral",
        kind="fact",
    )


def prediction(content: str, likelihood: str | None, condition: str | None, horizon: str | None) -> DraftPrediction:
    """A drafted prediction with these words."""
    drafted = position(content).model_dump(exclude={"target", "stance", "kind"})
    words = {"likelihood_words": likelihood, "condition": condition, "horizon_words": horizon}
    return DraftPrediction.model_validate({**drafted, **words, "negated": False, "missing": []})


def at(text: str, quote: str, number: int = 1) -> Span:
    """The span of the occurrence with this number."""
    start = -1
    for _ in range(number):
        start = text.index(quote, start + 1)
    return Span(start=start, end=start + len(quote), text=quote)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("exports grew by 30%", "exports grew by 30%"),
        ("  exports grew\n", "exports grew"),
        ("EXPORTS GREW", "exports grew"),
        ("the others disagree.", "The others disagree."),
        ("\"We can't leave the harbour", "“We can't leave the harbour"),
        ("leave the harbour--not before", "leave the harbour — not before"),
        ('not before the thaw..."', "not before the thaw…”"),
        ("prices\u00a0will   fall", "prices will fall"),
        ("Good\u00adwill Street", "Goodwill Street"),
        ("“exports grew by 30%”", "exports grew by 30%"),
        ("exports grew by 30%.", "exports grew by 30%"),
        ("exports rose by 30%, or $1,200 million", "exports grew by 30%, or $1,200 million"),
        ("exports grew by 30 percent, or $1200 million", "exports grew by 30%, or $1,200 million"),
        ("says that pirces will fall", "says that prices will fall"),
        ("banker near Godwill Street", "banker near Goodwill Street"),
    ],
)
def test_a_quote_is_found_in_any_spelling(quote: str, found: str) -> None:
    """Case, marks, dashes, spaces, ellipses, a changed word or a slip of the pen do not hide a passage."""
    assert Grounder(TEXT).find(quote) == at(TEXT, found)


@pytest.mark.parametrize(
    ("quote", "reason", "nearest"),
    [
        ("exports grew by 60%, or $1,200 million", "digits_differ", "exports grew by 30%, or $1,200 million"),
        ("exports grew by 30%, or $1,200 billion", "digits_differ", "exports grew by 30%, or $1,200 million"),
        ("We can leave the harbour — not before", "negation_differs", "We can't leave the harbour — not before"),
        ("they are likely to fall before May", "negation_differs", "they are unlikely to fall before May"),
        ("a banker near Goodwill Street, denies that prices", "negation_differs", None),
        ("says that prices may fall; his colleague", "absent", "says that prices will fall; his colleague"),
        ("Putin, a banker near Goodwill Street", "absent", "He, a banker near Goodwill Street"),
        ("disagre", "absent", "disagree"),
        ("the opposition has already won every seat", "absent", None),
        ("his relative, who may return, says that we are unlikely", "absent", None),
        ("a baker near goodwill avenue", "absent", "a banker near Goodwill Street"),
        ("«»", "absent", None),
        ("", "blank", None),
        (" \n\u200b", "blank", None),
    ],
)
def test_what_the_text_does_not_say_is_refused(quote: str, reason: str, nearest: str | None) -> None:
    """Another figure, negation, modality or name is refused, and the passage that comes nearest is told."""
    miss = Grounder(TEXT).find(quote)
    assert isinstance(miss, Miss)
    assert (miss.quote, miss.reason) == (quote, reason)
    assert nearest in (None, miss.nearest)


SHORT = (
    "The Goodwill can't be 1,200 before May, as it may be 30%. US troops trust us. He will not. A John Brown, who left."
)


@pytest.mark.parametrize("quote", ["He", "will", "be", "30", "30%", "may", "May", "US", "us", "1,200"])
def test_short_quotes_are_whole_words_in_their_case(quote: str) -> None:
    """'He' is not found in 'The', 'will' not in 'Goodwill', 'may' not in 'May', 'us' not in 'US' or 'trust'."""
    start = f" {SHORT}".index(f" {quote}") if quote != "US" else SHORT.index("US")
    found = Grounder(SHORT).find(quote)
    assert isinstance(found, Span)
    assert (found.start, found.text) == (SHORT.rindex(quote) if quote == "us" else start, quote)


@pytest.mark.parametrize("quote", ["can", "1", "200", "wil", "ill", "good", "troop", "WHO", "goodwill", "Joan Brown"])
def test_parts_of_words_and_figures_are_not_found(quote: str) -> None:
    """A piece of a word or figure does not count, nor a word that letter case or a letter makes another."""
    assert isinstance(Grounder(SHORT).find(quote), Miss)


def test_case_is_forgiven_where_it_says_nothing() -> None:
    """A pronoun is found in another case when it does not occur in its own."""
    assert Grounder(SHORT).find("he") == at(SHORT, "He")
    assert Grounder("so he said").find("He") == at("so he said", "he")


def test_near_chooses_between_equals() -> None:
    """The occurrence nearest to the given offset is taken, without one the first."""
    text = "yes and no, yes and no, yes and no"
    grounder = Grounder(text)
    assert [grounder.find("yes", near=near) for near in (None, 0, 13, 99)] == [at(text, "yes", n) for n in (1, 1, 2, 3)]


def test_an_exact_match_beats_a_nearer_one_in_another_case() -> None:
    """Likeness comes before nearness."""
    text = "The Bank paid. The bank paid."
    assert Grounder(text).find("The bank paid", near=0) == at(text, "The bank paid")


def test_the_window_limits_the_search() -> None:
    """Only occurrences inside the given stretch count, exact ones and others."""
    text = "Prices will fall soon. Prices will fall soon. Prices will rise."
    grounder = Grounder(text)
    assert grounder.find("Prices will fall", start=10) == at(text, "Prices will fall", 2)
    assert grounder.find("prices will fall", start=5, end=60) == at(text, "Prices will fall", 2)
    assert isinstance(grounder.find("Prices will fall", start=30), Miss)
    assert isinstance(grounder.find("prices will fall soon", start=23, end=34), Miss)
    assert isinstance(Grounder("e\u0301 ferme").find("é", start=1), Miss)


TALKS = (
    "They hope that the northern harbour froze over again. The talks will resume after the long winter. The talks will"
    " resume after the short winter."
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("the harbour froze over again", "the northern harbour froze over again"),
        ("the talks will resume after the long holiday", "The talks will resume after the long winter"),
        ("negotiations will resume after the long winter", "talks will resume after the long winter"),
        ("The talks wil resume after the short winter", "The talks will resume after the short winter"),
        ("the talks will resume after the short win ter", "The talks will resume after the short winter"),
    ],
)
def test_a_passage_that_resembles_a_quote_keeps_its_edges(quote: str, found: str) -> None:
    """The most alike passage is taken, with a changed first or last word and without the word after a split one."""
    assert Grounder(TALKS).find(quote, near=0) == at(TALKS, found)


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("Das kostet in Straßen viel.", "STRASSEN", "Straßen"),
        ("İstanbul’da kar var.", "istanbul", "İstanbul"),
        ("Le cafe\u0301 ferme.", "café", "cafe\u0301"),
        ("Président Erdoğan spoke.", "president erdogan", "Président Erdoğan"),
        ("A ﬁne of £5 was paid.", "fine of £5", "ﬁne of £5"),
        ("Ещё далеко до мира.", "еще далеко", "Ещё далеко"),
        ("وقال الوزير إن الأسعار ترتفع.", "قال", "قال"),
        ("قالَ الوزير إن الأسعار ترتفع.", "قـال", "قالَ"),
        ("او گفت که می‌رود.", "مي‌رود", "می‌رود"),
        ("او سیاست خود را تغییر نمی‌دهد و می‌ماند.", "او سیاست خود را تغییر نمی دهد", "او سیاست خود را تغییر نمی‌دهد"),
        ("سال ۱۴۰۵ سخت بود.", "سال 1405 سخت", "سال ۱۴۰۵ سخت"),
        ("他说，明年会更好。", "明年会更好", "明年会更好"),
        ("他在2024年说过。", "在 2024 年说过", "在2024年说过"),
        ("「我们，会赢」他说。", "“我们,会赢”", "「我们，会赢」"),
    ],
)
def test_other_scripts_are_found(text: str, quote: str, found: str) -> None:
    """Composition, ligatures, accents, vowel signs, figures and letters of several scripts are levelled out."""
    assert Grounder(text).find(quote) == at(text, found)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Le cafe\u0301 ferme.", "caf"),
        ("Le cafe\u0301 ferme.", "Le cafe\u0301 f"),
        ("👩‍👩‍👧 sang.", "👩"),
        ("🇷🇺🇺🇸 met.", "🇺🇺"),
        ("三十五年后", "十五"),
        ("در نمی‌رود", "رود"),
        ("x\u00b2 = 4", "x2"),
        ("Das Faß ist leer.", "Das Fas"),
        ("سبحان ﷲ", "له"),
    ],
)
def test_characters_words_and_figures_stay_whole(text: str, quote: str) -> None:
    """No span begins or ends inside a character with its marks, an emoji, a number in characters or a joined word."""
    assert isinstance(Grounder(text).find(quote), Miss)


@pytest.mark.parametrize(
    ("quote", "passage", "differs"),
    [
        ("two men left", "three men left", "figures"),
        ("two men left", "2 men left", None),
        ("twenty-five men", "25 men", None),
        ("2bn dollars", "2 billion dollars", None),
        ("2 million dollars", "2 billion dollars", "figures"),
        ("60 per cent", "60%", None),
        ("60%", "60 points", "figures"),
        ("thrre men left", "three men left", None),
        ("三成的企业", "五成的企业", "figures"),
        ("три года", "два года", "figures"),
        ("he won't go", "he will not go", None),
        ("he won't go", "he will go", "negation"),
        ("a hopeful sign", "a hopeless sign", "negation"),
        ("he was able", "he was unable", "negation"),
        ("prices will rise", "prices will fall", "negation"),
        ("no deal without trust", "a deal with trust", "negation"),
        ("соглашение возможно", "соглашение невозможно", "negation"),
        ("ولم يقبل الشروط", "وقبل الشروط", "negation"),
        ("او نمی‌رود", "او می‌رود", "negation"),
        ("这非常好", "这很好", None),
        ("او نمی‌رود", "او آمد", "negation"),
        ("他不会来", "他会来", "negation"),
        ("he may go", "he will go", "modality"),
        ("he cuold go", "he could go", None),
        ("he wil go", "he will go", None),
        ("most go", "must go", "modality"),
    ],
)
def test_guards_tell_what_differs(quote: str, passage: str, differs: str | None) -> None:
    """Figures go by value, negations by count, opposites and prefixes by pair, modal words by themselves."""
    assert conflict(fold(quote).text, fold(passage).text) == differs


SPEECH = (
    "“We have gone through a hard winter, a late spring and a dry summer, and we will not leave the valley before"
    " the harvest is in,” the mayor said.\n\nThe valley was quiet. Nobody answered him."
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("We have gone through ... a dry summer", "We have gone through a hard winter, a late spring and a dry summer"),
        ("“We have gone through […] summer", "“We have gone through a hard winter, a late spring and a dry summer"),
        ("...a late spring and a dry…", "a late spring and a dry"),
        ("a hard winter… a late spring", "a hard winter, a late spring"),
        ("the valley ... harvest is in", "the valley before the harvest is in"),
    ],
)
def test_an_ellipsis_stands_for_words_left_out(quote: str, found: str) -> None:
    """The span runs from the first to the last of the quoted parts, where these stand closest."""
    assert Grounder(SPEECH).find(quote) == at(SPEECH, found)


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("a dry summer ... leave the valley", "negation_differs"),
        ("“We have gone ... answered him", "absent"),
        ("a late spring ... the harvest is in", "negation_differs"),
        ("the mayor said ... The valley was quiet", "absent"),
        ("a dry summer ... a hard winter", "absent"),
        ("a ... in", "absent"),
    ],
)
def test_an_ellipsis_hides_neither_a_negation_nor_a_paragraph(quote: str, reason: str) -> None:
    """Parts too far apart, in another paragraph or order, or with a negation between them make no quotation."""
    found = Grounder(SPEECH).find(quote)
    assert isinstance(found, Miss)
    assert found.reason == reason


FIVE = (
    "Ann Lee said: “Prices will fall.” Bo Ray said: “Prices will fall.” “Prices will fall,” said Cy Dunn."
    " “Prices will fall,” Di Fox said. Nobody else spoke.\n\n“Prices will fall,” said Ed Orr."
)


@pytest.mark.parametrize(
    ("number", "speaker"), [(1, "Ann Lee"), (2, "Bo Ray"), (3, "Cy Dunn"), (4, "Di Fox"), (5, "Ed Orr")]
)
@pytest.mark.parametrize("content", ["Prices will fall", "“prices  will fall.”", "Pricse will fall"])
def test_repeated_text_is_resolved_by_its_neighbours(number: int, speaker: str, content: str) -> None:
    """Of five identical sentences the one beside the given speaker is taken, with the right one of five cues."""
    spans, misses = Grounder(FIVE).claim(position(content, speaker, "said"))
    assert not misses
    assert spans.source == (at(FIVE, speaker),)
    assert spans.cue == (at(FIVE, "said", number),)
    assert spans.content[0].overlaps(at(FIVE, "Prices will fall", number))


def test_an_ellipsis_reaches_only_so_far() -> None:
    """Parts more than ``ELISION`` characters apart make no quotation; the closest pair of parts does."""
    text = "The mayor paused. The mayor, smiling, left town. " + "Crowds sang and danced. " * 7 + "Then it rained hard."
    assert Grounder(text).find("The mayor ... left town") == at(text, "The mayor, smiling, left town")
    assert isinstance(Grounder(text).find("smiling, left town ... it rained hard"), Miss)


def test_repeated_claims_are_taken_in_order() -> None:
    """Between equally close combinations the first after the given offset is taken, else the first."""
    text = "He said no. " * 5
    starts = [
        Grounder(text).claim(position("no", "He", "said"), after=after)[0].content[0].start for after in (0, 12, 36, 99)
    ]
    assert starts == [at(text, "no", n).start for n in (1, 2, 4, 1)]


def test_a_claim_goes_on_after_the_last_one_when_little_speaks_against_it() -> None:
    """A slightly closer combination before the given offset does not win."""
    text = "He said no. He then said no."
    spans, _ = Grounder(text).claim(position("no", "He", "said"), after=11)
    assert spans.content == (at(text, "no", 2),)


def test_parts_of_a_content_keep_their_order() -> None:
    """A part is taken after the one before it, though it also stands closer on the other side."""
    text = "So we stay, we go, she said, and now of course we stay."
    spans, _ = Grounder(text).claim(position(["we go", "we stay"], "she", "said"))
    assert spans.content == (at(text, "we go"), at(text, "we stay", 2))


def test_source_and_cue_stay_out_of_the_content() -> None:
    """A source or cue that also occurs in the content is taken beside it, even from farther away."""
    text = "He then told reporters that he told no lies. He left. He said so."
    content = "that he told no lies"
    spans, _ = Grounder(text).claim(position(content, "he", "told"))
    assert (spans.source, spans.cue) == ((at(text, "He"),), (at(text, "told"),))
    assert spans.content == (at(text, content),)


def test_source_and_cue_may_share_the_content_when_there_is_no_other_place() -> None:
    """What occurs only inside the content is grounded there."""
    spans, misses = Grounder("It is, he says, late.").claim(position("It is, he says, late", "he", "says"))
    assert not misses
    assert spans.source[0].text == "he"


def test_parts_of_a_content_are_put_around_their_cue() -> None:
    """The parts of a split quotation ascend, and source and cue are found between them."""
    text = "She left. “We go,” she said, “and we stay.” Later she said more: “We go.”"
    spans, _ = Grounder(text).claim(position(["“We go,”", "“and we stay.”"], "she", "said"))
    assert [span.text for span in spans.content] == ["“We go,”", "“and we stay.”"]
    assert (spans.source, spans.cue) == ((at(text, "she"),), (at(text, "said"),))


def test_parts_of_a_field_never_overlap() -> None:
    """Two equal parts take two occurrences; a part without words of its own is told as a miss."""
    text = "No, no, he said: no!"
    spans, misses = Grounder(text).claim(position(["no", "no", "No", "no"], "he", "said"))
    assert [span.start for span in spans.content] == [0, 4, 17]
    assert [(miss.field, miss.miss.reason) for miss in misses] == [("content", "absent")]


def test_words_of_a_prediction_are_taken_inside_the_content() -> None:
    """Likelihood, condition and horizon words are taken in the content if there, else nearest to it."""
    text = "It will rain in May. If talks fail, it will likely snow in May. It will rain in May."
    drafted = prediction("it will likely snow in May", "will", "If talks fail", "in May")
    spans, _ = Grounder(text).claim(drafted)
    assert (spans.likelihood, spans.horizon) == (at(text, "will", 2), at(text, "in May", 2))
    assert spans.condition == at(text, "If talks fail")


def test_what_misses_is_left_out_and_told() -> None:
    """Each part that is not found is named by its field, and the rest is grounded."""
    text = "He said that prices will fall by 30% this year."
    drafted = prediction("prices will fall by 60% this year", "will", None, "next decade")
    spans, misses = Grounder(text).claim(drafted.model_copy(update={"source": ["He"], "cue": [""]}))
    assert (spans.source, spans.cue, spans.content, spans.horizon) == ((at(text, "He"),), (), (), None)
    assert spans.likelihood == at(text, "will")
    assert [(miss.field, miss.miss.reason) for miss in misses] == [
        ("content", "digits_differ"),
        ("cue", "blank"),
        ("horizon_words", "absent"),
    ]
    assert isinstance(misses[0], FieldMiss)


def test_a_title_ends_no_sentence() -> None:
    """A full stop after a title does not part a speaker from what he says."""
    text = "“Rates rise,” said Mr. Orr. “Rates rise,” said Mr. Poe."
    spans, _ = Grounder(text).claim(position("Rates rise", "Orr", "said"))
    assert spans.content == (at(text, "Rates rise"),)
