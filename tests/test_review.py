"""The review of an extraction: violations, repair of the failing items only, and what is rejected in the end."""

from __future__ import annotations

from typing import Any

import pytest
from fake_engine import expert, extraction, position, prediction, repair

from extractor.articles import article_from_text
from extractor.checks import RULES, Facts
from extractor.errors import NotJSONError, WrongShapeError
from extractor.review import Review, apply_repair, close_review, open_review, read_json, tell_problems

TEXT = (
    "Ana Roe, a harbour pilot, says that the port of Varnsee will grow by 30 percent."
    " She is not worried about noise.\n\n"
    "“The cranes are too old,” said Piet Maas."
    " He doubts that the new quay will open before 2031 if the rail link is late.\n"
)
ANA = expert("Ana Roe", role="a harbour pilot", aliases=["Roe"])
PIET = expert("Piet Maas")
GROWTH = prediction(
    "Ana Roe", "the port of Varnsee will grow by 30 percent", cue=["says"], source=["Ana Roe, a harbour pilot"],
    statement="The port of Varnsee grows by 30 percent.", likelihood_words="will",
)  # fmt: skip
CRANES = position(
    "Piet Maas", "“The cranes are too old,”", cue=["said"], source=["Piet Maas"], statement="The cranes are too old."
)
FACTS = Facts.of(article_from_text(TEXT, language="en"))


def review(answer: dict[str, Any]) -> Review:
    """The review of an answer about the whole text."""
    return open_review(answer, FACTS, start=0, end=len(TEXT))


def rules(state: Review) -> dict[str, set[str]]:
    """The rules that each failing item breaks."""
    return {item.id: {violation.rule for violation in item.violations} for item in state.failing}


def test_a_sound_answer_has_no_failing_item() -> None:
    """What the article says passes, and is grounded where it stands."""
    closed = close_review(review(extraction([ANA, PIET], [CRANES], [GROWTH])))
    assert [draft.name for draft in closed.experts] == ["Ana Roe", "Piet Maas"]
    assert [spans.content[0].text for _, spans in closed.claims] == [CRANES["content"][0], GROWTH["content"][0]]
    assert not closed.rejected


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"content": ["the port of Varnsee shall shrink badly"]}, "quote_not_found"),
        ({"content": ["the port of Varnsee will grow by 40 percent"]}, "digits_differ"),
        ({"content": ["the port of Varnsee will not grow by 30 percent"]}, "negation_differs"),
        ({"content": []}, "blank"),
        ({"statement": "  "}, "blank"),
        ({"topic": ""}, "blank"),
        ({"statement": "The port of Varnsee grows by 35 percent."}, "number_not_in_article"),
        ({"statement": "The port of Varnsee grows, as Boris Johnson hopes."}, "name_not_in_article"),
        ({"statement": "She expects the port to grow."}, "statement_pronoun"),
        ({"negated": True, "statement": "The port of Varnsee does not grow."}, "double_negation"),
        ({"expert": "Jan Smit"}, "expert_unknown"),
        ({"reported_by": "Jan Smit"}, "expert_unknown"),
        ({"reported_by": "Ana Roe"}, "reporter_is_holder"),
        ({"horizon_words": "before 2032"}, "digits_differ"),
        ({"condition": "if the money runs out next week"}, "quote_not_found"),
        ({"missing": ["everything"]}, "wrong_shape"),
        ({"statement": None}, "wrong_shape"),
        ({"stance": "favor"}, "wrong_shape"),
    ],
)
def test_each_rule_is_found(change: dict[str, Any], rule: str) -> None:
    """A prediction that breaks a rule fails by the rule's name, and nothing else fails."""
    state = review(extraction([ANA, PIET], [CRANES], [{**GROWTH, **change}]))
    assert set(rules(state)) == {"predictions[0]"}
    assert rule in rules(state)["predictions[0]"]
    assert rule in RULES


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "Anna Rowe"}, "name"),
        ({"name": "She"}, "name"),
        ({"aliases": ["Captain Roe of the North"]}, "aliases[0]"),
        ({"role": "chief of the Antwerp port"}, "role"),
        ({"affiliation": "Class of 1987"}, "affiliation"),
    ],
)
def test_an_expert_is_checked_field_by_field(change: dict[str, Any], field: str) -> None:
    """A name, alias, role or affiliation that the article does not have is told with its field."""
    state = review(extraction([{**ANA, **change}], [], []))
    assert [violation.field for violation in state.failing[0].violations] == [field]


def test_a_message_tells_the_closest_passage() -> None:
    """A model that misquotes is shown what the article says."""
    wrong = {**GROWTH, "content": ["the port of Varnsee will grow by 40 percent"]}
    told = tell_problems(review(extraction([ANA], [], [wrong])).failing)
    assert told.startswith("predictions[0]: {")
    assert "The closest passage is 'the port of Varnsee will grow by 30 percent'" in told


def test_repair_replaces_the_failing_item_only() -> None:
    """A mended item takes the place of the one that failed; what was accepted stays as it was."""
    state = review(extraction([ANA, PIET], [CRANES], [{**GROWTH, "expert": "Roe Ana"}]))
    mended = apply_repair(state, repair(predictions=[{**GROWTH, "item": "predictions[0]"}]), FACTS)
    closed = close_review(mended)
    assert len(closed.claims) == 2
    assert closed.repaired == 1
    assert not closed.rejected


def test_repair_may_move_an_item_to_the_other_list() -> None:
    """A prediction that is none comes back as a position under its id."""
    state = review(extraction([ANA], [], [{**GROWTH, "statement": ""}]))
    noise = position(
        "Ana Roe", "is not worried about noise", item="predictions[0]", statement="Ana Roe is calm about noise."
    )
    closed = close_review(apply_repair(state, repair(positions=[noise]), FACTS))
    assert [draft.statement for draft, _ in closed.claims] == ["Ana Roe is calm about noise."]


def test_an_expert_may_be_added_in_a_repair() -> None:
    """A claim whose holder was not listed stands when the repair adds the holder."""
    state = review(extraction([ANA], [CRANES], []))
    assert rules(state) == {"positions[0]": {"expert_unknown"}}
    answer = repair(experts=[{**PIET, "item": "new"}], positions=[{**CRANES, "item": "positions[0]"}])
    closed = close_review(apply_repair(state, answer, FACTS))
    assert [draft.name for draft in closed.experts] == ["Ana Roe", "Piet Maas"]
    assert len(closed.claims) == 1


def test_claims_follow_an_expert_whose_name_is_mended() -> None:
    """Claims that use the old name of a mended expert get the new one without being asked again."""
    state = review(extraction([{**PIET, "name": "Jan Maas"}], [{**CRANES, "expert": "Jan Maas"}], []))
    assert set(rules(state)) == {"experts[0]"}
    closed = close_review(apply_repair(state, repair(experts=[{**PIET, "item": "experts[0]"}]), FACTS))
    assert [draft.expert for draft, _ in closed.claims] == ["Piet Maas"]


def test_a_withdrawn_item_is_rejected_with_its_reason() -> None:
    """Nothing vanishes: what the model takes back stands in rejected."""
    state = review(extraction([ANA], [], [{**GROWTH, "content": ["nothing like this"]}]))
    closed = close_review(
        apply_repair(state, repair(withdrawn=[{"item": "predictions[0]", "reason": "not there"}]), FACTS)
    )
    assert [(r.kind, r.violations[0].rule, r.violations[0].message) for r in closed.rejected] == [
        ("prediction", "withdrawn", "not there")
    ]


def test_an_item_that_was_not_asked_for_is_rejected() -> None:
    """A repair cannot slip in new claims or overwrite accepted ones."""
    state = review(extraction([ANA, PIET], [CRANES], [{**GROWTH, "statement": ""}]))
    answer = repair(
        positions=[{**CRANES, "statement": "Other.", "item": "positions[0]"}, {**CRANES, "item": "positions[7]"}]
    )
    closed = close_review(apply_repair(state, answer, FACTS))
    assert [r.violations[0].rule for r in closed.rejected] == ["unknown_item", "unknown_item", "blank"]
    assert [draft.statement for draft, _ in closed.claims] == ["The cranes are too old."]


def test_what_still_fails_is_rejected_with_its_violations() -> None:
    """After the last attempt the failing item is in rejected as the model wrote it; the rest stays."""
    wrong = {**GROWTH, "content": ["the moon is made of cheese"]}
    closed = close_review(review(extraction([ANA, PIET], [CRANES], [wrong])))
    assert [(r.kind, r.item, r.violations[0].rule) for r in closed.rejected] == [
        ("prediction", wrong, "quote_not_found")
    ]
    assert len(closed.claims) == 1


def test_an_expert_loses_only_what_is_wrong() -> None:
    """A wrong alias or role does not cost the expert, nor the claims."""
    closed = close_review(review(extraction([{**PIET, "aliases": ["Maas", "Old Piet of Antwerp"]}], [CRANES], [])))
    assert closed.experts[0].aliases == ["Maas"]
    assert [r.kind for r in closed.rejected] == ["expert"]
    assert len(closed.claims) == 1


def test_claims_of_a_rejected_expert_are_rejected() -> None:
    """A claim whose holder is not in the article cannot stand."""
    closed = close_review(review(extraction([expert("Boris Johnson")], [{**CRANES, "expert": "Boris Johnson"}], [])))
    assert [(r.kind, r.violations[0].rule) for r in closed.rejected] == [
        ("expert", "name_not_in_article"),
        ("position", "expert_rejected"),
    ]


def test_a_holder_may_be_called_by_an_alias() -> None:
    """A claim that names its holder by an alias of a listed expert is that expert's."""
    closed = close_review(review(extraction([ANA], [], [{**GROWTH, "expert": "Roe"}])))
    assert [draft.expert for draft, _ in closed.claims] == ["Ana Roe"]


@pytest.mark.parametrize("text", ["", "no json", '{"experts": [', "{'a': 1}"])
def test_an_answer_that_is_no_json_is_told(text: str) -> None:
    """The message says where reading stopped."""
    with pytest.raises(NotJSONError, match="at character"):
        read_json(text)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": NaN}', '{"a": ' + "1" * 5_000 + "}"])
def test_an_answer_that_json_cannot_hold_is_told(text: str) -> None:
    """Nesting without end, numbers that are none and endless ones do not break the reading."""
    with pytest.raises(NotJSONError, match="it is no JSON"):
        read_json(text)


@pytest.mark.parametrize("text", ["[]", "3", '"x"', "null"])
def test_an_answer_that_is_no_object_is_told(text: str) -> None:
    """JSON of another kind has the wrong shape."""
    with pytest.raises(WrongShapeError, match="not an object"):
        read_json(text)


@pytest.mark.parametrize(
    "text", ['```json\n{"a": [1]}\n```\n', '<think>\nWell {"a": 2}\n</think>\n\n{"a": [1]}', ' {"a":[1]}\n']
)
def test_what_models_put_around_their_answer_is_left_out(text: str) -> None:
    """Models in plain JSON mode like to fence their answer, and reasoning models to think aloud before it."""
    assert read_json(text) == {"a": [1]}


@pytest.mark.parametrize(
    "answer", [{}, {"experts": [], "positions": []}, {"experts": {}, "positions": [], "predictions": []}]
)
def test_an_answer_without_its_lists_is_told(answer: dict[str, Any]) -> None:
    """A missing list is a wrong shape of the whole answer."""
    with pytest.raises(WrongShapeError, match="it has no list"):
        review(answer)


def test_an_element_that_is_no_object_is_an_item_of_wrong_shape() -> None:
    """A string in a list does not lose the other items."""
    state = review({**extraction([ANA], [], [GROWTH]), "positions": ["the port"]})
    assert rules(state) == {"positions[0]": {"wrong_shape"}}
    assert close_review(state).rejected[0].item == {"value": "the port"}


@pytest.mark.parametrize("item", [None, 3, ["positions[0]"], {"id": 1}])
def test_an_item_id_of_any_type_does_no_harm(item: Any) -> None:
    """A repair whose ids are no text mends nothing and is told, in both lists."""
    state = review(extraction([ANA], [], [{**GROWTH, "statement": ""}]))
    answer = repair(predictions=[{**GROWTH, "item": item}], withdrawn=[{"item": item, "reason": "x"}, {}])
    closed = close_review(apply_repair(state, answer, FACTS))
    assert [r.violations[0].rule for r in closed.rejected] == [*["unknown_item"] * 3, "blank"]


def test_an_item_is_mended_once() -> None:
    """Two mended forms of one item: the first counts, the second is told and not lost."""
    state = review(extraction([ANA], [], [{**GROWTH, "statement": ""}]))
    twice = [{**GROWTH, "item": "predictions[0]"}, {**GROWTH, "statement": "Other.", "item": "predictions[0]"}]
    closed = close_review(apply_repair(state, repair(predictions=twice), FACTS))
    assert [draft.statement for draft, _ in closed.claims] == [GROWTH["statement"]]
    assert [r.violations[0].rule for r in closed.rejected] == ["unknown_item"]


def test_experts_that_are_added_do_not_replace_each_other() -> None:
    """An expert added in one round stays when another is added after a withdrawal."""
    state = review(extraction([], [CRANES], [{**GROWTH, "statement": ""}]))
    first = apply_repair(
        state, repair(experts=[{**PIET, "item": "new"}], positions=[{**CRANES, "item": "positions[0]"}]), FACTS
    )
    withdrawn = [{"item": "predictions[0]", "reason": "no"}]
    second = apply_repair(first, repair(experts=[{**ANA, "item": "new"}], withdrawn=withdrawn), FACTS)
    assert [draft.name for draft in close_review(second).experts] == ["Piet Maas", "Ana Roe"]


def test_a_claim_follows_an_alias_that_was_dropped() -> None:
    """A claim that calls its holder by an alias stands although the alias did not."""
    wrong = {**PIET, "aliases": ["Captain Zorro of Antwerp"]}
    closed = close_review(review(extraction([wrong], [{**CRANES, "expert": "Captain Zorro of Antwerp"}], [])))
    assert [draft.expert for draft, _ in closed.claims] == ["Piet Maas"]
    assert closed.repaired == 0


def test_parts_inside_other_parts_are_left_out() -> None:
    """A part that repeats another has no place of its own, and costs nothing."""
    doubled = {**GROWTH, "content": [GROWTH["content"][0], "grow by 30 percent"], "cue": ["says", "says"]}
    ((_, spans),) = close_review(review(extraction([ANA], [], [doubled]))).claims
    assert [[span.text for span in field] for field in (spans.content, spans.cue)] == [GROWTH["content"], ["says"]]


def test_what_is_told_of_the_author_is_checked() -> None:
    """The author's own name is not asked for in the text, but office and organization are."""
    author = expert("author", kind="author", role="director of NASA since 1987")
    assert rules(review(extraction([author], [], []))) == {
        "experts[0]": {"name_not_in_article", "number_not_in_article"}
    }
    assert rules(review(extraction([expert("Wolfgang Zorro", kind="author")], [], []))) == {
        "experts[0]": {"name_not_in_article"}
    }


def test_lists_that_nobody_asked_for_are_told() -> None:
    """A further list does not vanish, neither from the first answer nor from a repair."""
    state = review({**extraction([ANA], [], [{**GROWTH, "statement": ""}]), "claims": [GROWTH]})
    mended = apply_repair(state, {**repair(predictions=[{**GROWTH, "item": "predictions[0]"}]), "more": [1]}, FACTS)
    assert [(r.kind, list(r.item)) for r in mended.rejected] == [("answer", ["claims"]), ("answer", ["more"])]


def test_withdrawals_in_a_first_answer_are_told() -> None:
    """Nothing was asked for again yet, so that what is withdrawn there is no item; an empty list is nothing."""
    gone = {"item": "predictions[0]", "reason": "x"}
    assert [r.item for r in review({**extraction([ANA], [], [GROWTH]), "withdrawn": [gone]}).rejected] == [
        {"withdrawn": [gone]}
    ]
    assert not review({**extraction([ANA], [], [GROWTH]), "withdrawn": []}).rejected
