"""What a text must have for a rule of a lexicon: never more than the rule itself asks for."""

from __future__ import annotations

import pytest
import regex
from horizon_cases import ALL_ENGLISH, FOUND_IN_CLAUSES, RUSSIAN

from extractor.lexicons import fold, load, squeeze
from extractor.lexicons.grammar import Section, finder, grammar
from extractor.lexicons.outlines import outline

FORMS = {"month": frozenset({"may", "june"})}


def texts() -> list[tuple[str, str]]:
    """Language and folded words of the tables of horizons."""
    english = [str(case if isinstance(case, str) else case[0]) for case in (*ALL_ENGLISH, *FOUND_IN_CLAUSES)]
    found = [("en", text) for text in english] + [("ru", str(case[0])) for case in RUSSIAN]
    return [(language, squeeze(fold(text))[0]) for language, text in found]


@pytest.mark.parametrize(
    ("pattern", "begins", "needs"),
    [
        ("soon", "s", [{"soon"}]),
        ("(?:the )?very {month}", "tv", [{"very "}, {"may", "june"}]),
        ("(?:by|at) last", "ba", [{"by", "at"}, {" last"}]),
        ("{month}|next", "mjn", [{"may", "june", "next"}]),
        ("towards? the", "t", [{"toward"}, {" the"}]),
        (r"\d{1,2} {month}", "0123456789.", [{"may", "june"}]),
    ],
)
def test_what_a_pattern_needs(pattern: str, begins: str, needs: list[set[str]]) -> None:
    """First letters and words are told from literals, groups and lists; what may be absent is not needed."""
    told = outline(pattern, FORMS.get)
    assert told.begins == frozenset(begins)
    assert [set(forms) for forms in told.needs] == needs


@pytest.mark.parametrize("pattern", ["(?<=^)may", r"[a-z]+", "{unknown} or", ""])
def test_what_is_not_plain_is_left_open(pattern: str) -> None:
    """A pattern whose beginning cannot be told may begin with anything."""
    assert outline(pattern, FORMS.get).begins is None


@pytest.mark.parametrize("name", ["points", "edged", "edges", "frames", "tails", "spans", "open"])
def test_no_match_is_lost(name: str) -> None:
    """A rule that an outline leaves out does not match."""
    for language, text in texts():
        section: Section = getattr(grammar(language), name)
        for rule in section.rules:
            for start in {0, *(match.end() for match in regex.finditer(" ", text))}:
                part = text[start:]
                if not rule.outline.fits(part, whole=name != "tails"):
                    assert not regex.fullmatch(rule.expression, part) and not regex.match(rule.expression, part)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_beginning_of_a_phrase_is_known(language: str) -> None:
    """No word of the lexicon that could begin a phrase is passed over."""
    phrase, starts = finder(language).phrase, finder(language).starts
    plain = regex.compile(phrase.pattern)
    for word in set(regex.findall(r"[^\W\d]\w*", phrase.pattern)) | set(load("horizon", language)["stop"].split("|")):
        if any(plain.match(before + word + " ", len(before), partial=True) for before in ("", " ", "by ")):
            assert word[:3] in starts


def test_phrases_are_found_as_by_a_search() -> None:
    """Looking at likely beginnings only finds what a search through the whole text finds."""
    for language, text in texts():
        found = [match.span() for match in finder(language).finditer(f"it will, {text}, come")]
        assert found == [match.span() for match in finder(language).phrase.finditer(f"it will, {text}, come")]
