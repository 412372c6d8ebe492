"""Drafts: the flat models that a language model fills.

Every field is required and nothing has a default, as OpenAI's strict mode demands
(https://platform.openai.com/docs/guides/structured-outputs#supported-schemas). Descriptions are prompt text.
Fields that quote come first, so that a model commits to its evidence before it judges.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .claims import ExpertKind, PositionKind, Stance

DraftMissing = Literal["metric", "threshold", "entity", "condition"]

Source = Annotated[
    list[str],
    Field(
        description="The words that name the holder beside the cue, verbatim, e.g. ['He'], ['who'] or ['Maria Silva, a"
        " historian']. Several parts only when other words stand between them. Empty when no words name the holder."
    ),
]
Cue = Annotated[
    list[str],
    Field(
        description="The words that attribute, verbatim and as few as possible: ['argues'] for 'argues that',"
        " ['according to'], ['is adamant']. Empty when there are none."
    ),
]
Content = Annotated[
    list[str],
    Field(
        description="The words that say what is claimed, verbatim, quotation marks included, without source and cue."
        " Several parts when source or cue stand in between. Never empty."
    ),
]
Holder = Annotated[str, Field(description="The holder's name exactly as in experts.name.")]
Reporter = Annotated[
    str | None,
    Field(
        description="For 'A says that B believes X' the claim is B's and this is A's name as in experts.name;"
        " else null."
    ),
]
Statement = Annotated[
    str,
    Field(
        description="One self-contained sentence in the article's language that says what is claimed: names instead of"
        " pronouns, no name, number or date that the article does not have, no 'X says that'."
    ),
]
Role = Annotated[
    str | None,
    Field(
        description="Office or profession as a noun phrase in the article's words ('a toxicologist'); null"
        " when not told."
    ),
]
Affiliation = Annotated[str | None, Field(description="Organization in the article's words; null when not told.")]
Topic = Annotated[str, Field(description="Two to five words in the article's language.")]


class Draft(BaseModel):
    """Base of every draft."""

    model_config = ConfigDict(extra="forbid")


class DraftExpert(Draft):
    """Whoever the article gives a claim to."""

    name: str = Field(
        description="The fullest form of the name in the article, verbatim, without title or role: 'Maria Silva', not"
        " 'Silva'. For someone unnamed the noun phrase as written ('Western diplomats'). For the author speaking for"
        " himself the author's name if given, else 'author'."
    )
    kind: ExpertKind
    role: Role
    affiliation: Affiliation
    aliases: list[str] = Field(
        description="Other names of the same holder in the article, verbatim ('Silva', 'IMF'). No pronouns, no"
        " descriptions such as 'the economist' or 'these analysts'."
    )


class DraftPosition(Draft):
    """What a holder says, believes, denies, judges, demands or intends."""

    content: Content
    cue: Cue
    source: Source
    expert: Holder
    reported_by: Reporter
    statement: Statement
    topic: Topic
    target: str = Field(
        description="What the stance is toward: a noun phrase or proposition in the article's language."
    )
    stance: Stance = Field(description="The holder's stance toward the target; neutral when the words show none.")
    kind: PositionKind = Field(
        description="fact: says that something is so. value: judges good or bad. policy: demands, 'should'."
        " intention: plans or promises of the holder's own."
    )


class DraftPrediction(Draft):
    """A claim that something will, may or will not happen, outside the holder's own decision."""

    content: Content
    cue: Cue
    source: Source
    expert: Holder
    reported_by: Reporter
    statement: Statement
    topic: Topic
    likelihood_words: str | None = Field(
        description="The words that say how likely, verbatim and as few as possible: 'unlikely', 'a 70 percent chance',"
        " 'may', 'will'. Null when there are none."
    )
    negated: bool = Field(
        description="True when the likelihood words are about the event in statement not happening:"
        " 'will likely not return' has likelihood_words 'likely', negated true. 'unlikely to return' has negated false."
    )
    condition: str | None = Field(description="The condition, verbatim ('if the talks fail'); null when there is none.")
    horizon_words: str | None = Field(
        description="The words that say by when, verbatim ('by the end of 2030', 'this summer'); null when"
        " there are none."
    )
    missing: list[DraftMissing] = Field(
        description="What one would lack to settle it later: metric (how it is measured), threshold (how much),"
        " entity (who or what exactly), condition (a condition too vague to check). Empty when nothing is missing."
    )


class DraftExtraction(Draft):
    """Everything that an article gives to somebody."""

    experts: list[DraftExpert]
    positions: list[DraftPosition]
    predictions: list[DraftPrediction]


Item = Annotated[
    str, Field(description="Which item this replaces, e.g. 'positions[3]'; 'new' for an expert that was missing.")
]


class RepairedExpert(DraftExpert):
    """An expert in mended form."""

    item: Item


class RepairedPosition(DraftPosition):
    """A position in mended form."""

    item: Item


class RepairedPrediction(DraftPrediction):
    """A prediction in mended form."""

    item: Item


class Withdrawal(Draft):
    """An item that should not have been there."""

    item: str = Field(description="Which item, e.g. 'predictions[0]'.")
    reason: str


class DraftRepair(Draft):
    """The failing items, mended or withdrawn. An item may move between positions and predictions."""

    experts: list[RepairedExpert]
    positions: list[RepairedPosition]
    predictions: list[RepairedPrediction]
    withdrawn: list[Withdrawal]


Evidence = Annotated[
    list[str],
    Field(
        description="One to three passages of the article that prove the sentence, verbatim, each at most a sentence"
        " long."
    ),
]


class DraftSentence(Draft):
    """A sentence and the passages that prove it."""

    text: str = Field(description="One sentence in the article's language, in your own words.")
    evidence: Evidence


class DraftExpertLine(Draft):
    """What one expert holds, in a sentence."""

    expert: str = Field(description="The fullest form of the name in the article, verbatim.")
    kind: ExpertKind
    role: Role
    affiliation: Affiliation
    text: str = Field(description="One sentence in the article's language that says what this expert holds or expects.")
    evidence: Evidence


class DraftSummary(Draft):
    """A summary whose every sentence is tied to the text."""

    headline: DraftSentence
    abstract: list[DraftSentence]
    by_expert: list[DraftExpertLine] = Field(description="One line for each expert with a claim.")
    agreements: list[DraftSentence] = Field(description="Where experts agree, naming them. Empty when nowhere.")
    disagreements: list[DraftSentence] = Field(description="Where experts disagree, naming them. Empty when nowhere.")


class RepairedSentence(DraftSentence):
    """A sentence of the summary in mended form."""

    item: str = Field(description="Which sentence this replaces, e.g. 'abstract[2]' or 'headline'.")


class RepairedExpertLine(DraftExpertLine):
    """A line about an expert in mended form."""

    item: str = Field(description="Which line this replaces, e.g. 'by_expert[2]'.")


class DraftSummaryRepair(Draft):
    """The failing sentences, mended or withdrawn."""

    sentences: list[RepairedSentence]
    lines: list[RepairedExpertLine]
    withdrawn: list[Withdrawal]
