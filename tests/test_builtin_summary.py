"""Extractive summaries: every sentence is the article's own, and every expert with a claim has a line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractor.builtin.summary import ABSTRACT, Length, summarize
from extractor.schemas import Article, Expert, Extraction, Horizon, Likelihood, Position, Prediction, Provenance
from extractor.schemas.article import text_id
from extractor.schemas.claims import Verifiability

TEXT = (
    "Tolls divide the river towns\n"
    "The council of Varnsee will decide on the canal tolls in May. The canal tolls pay for the locks. Ann Roe said"
    " the tolls are unfair to the shippers. She added that the tolls drive the grain trade away. Piet Maas said the"
    " tolls are fair to the shippers. Ben Aker said the tolls are unfair. The locks were built in a wet year. Many"
    " barges wait for days. Nobody knows the cost of the locks. The river towns grew rich on grain. The canal has nine"
    " locks and one tunnel. Fishing is a quiet trade.\n"
)


def extraction(*held: tuple[str, str, str], text: str = TEXT) -> tuple[Article, Extraction]:
    """An article, and positions of (name, content, stance) toward the tolls in it."""
    article = Article(id=text_id(text), text=text, language="en")
    names = list(dict.fromkeys(name for name, *_ in held))
    positions = tuple(
        Position(
            id=f"c{number}",
            expert_id=f"e{names.index(name) + 1}",
            source=(),
            cue=(),
            content=(article.span(text.index(content), text.index(content) + len(content)),),
            quote_type="indirect",
            statement=f"{content[0].upper()}{content[1:]}.",
            topic="tolls",
            target="the tolls",
            stance=stance,
            kind="value",
        )
        for number, (name, content, stance) in enumerate(held, 1)
    )
    experts = tuple(Expert(id=f"e{number}", name=name, kind="person") for number, name in enumerate(names, 1))
    when = datetime(2026, 11, 22, tzinfo=UTC)
    provenance = Provenance(engine="builtin", lexicon_version="1", started_at=when, elapsed_seconds=0)
    return article, Extraction(article=article, experts=experts, positions=positions, provenance=provenance)


def predicted(article: Article, content: str, words: str, *, negated: bool) -> Extraction:
    """An extraction with one prediction of Ann Roe."""
    spans = {piece: article.text.index(piece) for piece in (content, words)}
    likelihood = Likelihood(words=article.span(spans[words], spans[words] + len(words)), negated=negated)
    made = Prediction(
        id="c1",
        expert_id="e1",
        source=(),
        cue=(),
        content=(article.span(spans[content], spans[content] + len(content)),),
        quote_type="indirect",
        statement="The lock will hold.",
        topic="lock",
        expected="does_not_occur",
        likelihood=likelihood,
        horizon=Horizon(granularity="open", basis="none"),
        verifiability=Verifiability(level="partly", missing=("date",)),
    )
    when = datetime(2026, 11, 22, tzinfo=UTC)
    provenance = Provenance(engine="builtin", lexicon_version="1", started_at=when, elapsed_seconds=0)
    expert = Expert(id="e1", name="Ann Roe", kind="person")
    return Extraction(article=article, experts=(expert,), predictions=(made,), provenance=provenance)


@pytest.mark.parametrize(
    ("text", "words", "negated"),
    [("Ann Roe doubts the lock will hold.", "doubts", False), ("Ann Roe denies the lock will hold.", "will", True)],
)
def test_a_doubted_event_is_told_with_its_doubt(text: str, words: str, negated: bool) -> None:
    """A content that would say the opposite without its cue is told by its sentence."""
    article = Article(id=text_id(text), text=text, language="en")
    (line,) = summarize(article, predicted(article, "the lock will hold", words, negated=negated)).by_expert
    assert line.text == text
    assert [span.text for span in line.evidence] == [text]


ROE = ("Ann Roe", "the tolls are unfair to the shippers", "against")
MAAS = ("Piet Maas", "the tolls are fair to the shippers", "favor")
AKER = ("Ben Aker", "the tolls are unfair", "against")


@pytest.mark.parametrize("length", ["short", "medium", "long"])
def test_the_abstract_is_sentences_of_the_article_in_order(length: Length) -> None:
    """The abstract has as many sentences as its length says, each one the text of its evidence."""
    parts = summarize(*extraction(ROE), length=length)
    assert len(parts.abstract) == ABSTRACT[length]
    starts = [cited.evidence[0].start for cited in parts.abstract]
    assert starts == sorted(starts)
    assert all(cited.text == " ".join(cited.evidence[0].text.split()) for cited in parts.abstract)


def test_sentences_with_claims_come_first() -> None:
    """A sentence that holds a claim beats one that holds none."""
    parts = summarize(*extraction(ROE, MAAS), length="short")
    assert any("Ann Roe said" in cited.text or "Piet Maas said" in cited.text for cited in parts.abstract)


def test_the_first_line_is_the_headline() -> None:
    """A short first line is the headline; the title of the metadata goes first where the text has it."""
    article, found = extraction(ROE)
    assert summarize(article, found).headline.text == "Tolls divide the river towns"
    titled = article.model_copy(update={"title": "Fishing is a quiet trade"})
    assert summarize(titled, found).headline.text == "Fishing is a quiet trade"


def test_every_expert_has_a_line_with_evidence() -> None:
    """Each expert is told by the best statement; its evidence is the sentence, which shows who says it."""
    parts = summarize(*extraction(ROE, MAAS))
    assert [line.expert_id for line in parts.by_expert] == ["e1", "e2"]
    assert parts.by_expert[0].text == "Ann Roe: The tolls are unfair to the shippers."
    assert parts.by_expert[0].evidence[0].text == "Ann Roe said the tolls are unfair to the shippers."


def test_opposite_stances_toward_one_target_disagree() -> None:
    """Two experts with opposite stances toward the same target disagree, with both sentences as evidence."""
    (cited,) = summarize(*extraction(ROE, MAAS)).disagreements
    assert cited.text == "Ann Roe and Piet Maas disagree on the tolls: the first against, the second in favor."
    assert len(cited.evidence) == 2


def test_equal_stances_toward_one_target_agree() -> None:
    """Two experts with the same stance toward the same target agree; one expert alone does not."""
    parts = summarize(*extraction(ROE, ROE, AKER))
    assert [cited.text for cited in parts.agreements] == ["Ann Roe and Ben Aker agree on the tolls: both against."]
    assert parts.disagreements == ()


def test_neutral_stances_neither_agree_nor_disagree() -> None:
    """Without a stance there is nothing to compare."""
    neutral = [(name, content, "neutral") for name, content, _ in (ROE, MAAS)]
    parts = summarize(*extraction(*neutral))
    assert parts.agreements == parts.disagreements == ()


@pytest.mark.parametrize("text", ["word", "Один день.", "今天下雨。明天晴。", "No.\nYes.\n"])
def test_short_texts_have_a_summary(text: str) -> None:
    """A text of a word or of another script has a headline and an abstract."""
    parts = summarize(*extraction(text=text))
    assert parts.headline.text in text
    assert parts.abstract


@pytest.mark.parametrize("text", ["... !", "?", "—\n\n"])
def test_a_text_without_words_is_its_own_summary(text: str) -> None:
    """Marks alone are headline and abstract at once, and nothing is raised."""
    parts = summarize(*extraction(text=text))
    assert parts.headline.text == text.strip()
    assert [cited.text for cited in parts.abstract] == [text.strip()]


def test_the_abstract_lets_several_experts_speak() -> None:
    """Sentences with the claims of different experts go ahead of the first sentence and of a second of one expert."""
    again = ("Ann Roe", "the tolls drive the grain trade away", "against")
    two = summarize(*extraction(ROE, again, MAAS), length="short")
    assert {cited.text.split()[0] for cited in two.abstract} == {"Ann", "Piet"}


def test_an_expert_is_not_told_by_a_word() -> None:
    """A claim of fewer than three words is passed over for another, or told by its whole sentence."""
    scant, whole = ("Ann Roe", "the tolls", "against"), ("Ann Roe", "the tolls drive the grain trade away", "neutral")
    (line,) = summarize(*extraction(scant, whole)).by_expert
    assert line.text == "Ann Roe: The tolls drive the grain trade away."
    (line,) = summarize(*extraction(("Ann Roe", "Many", "neutral"))).by_expert
    assert line.text == "Many barges wait for days."


def test_the_sentence_that_names_the_holder_is_evidence_too() -> None:
    """A quotation that goes on in a second sentence is proven with the first, which says whose it is."""
    article, found = extraction(ROE)
    start = TEXT.index("Ann Roe")
    begun = found.positions[0].model_copy(
        update={
            "source": (article.span(start, start + len("Ann Roe")),),
            "content": (article.span(TEXT.index("the tolls drive"), TEXT.index(" away.")),),
            "statement": "The tolls drive the grain trade away.",
        }
    )
    (line,) = summarize(article, found.model_copy(update={"positions": (begun,)})).by_expert
    assert [span.text.split()[0] for span in line.evidence] == ["Ann", "She"]
