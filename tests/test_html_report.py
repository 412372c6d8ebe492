"""The report as a file: it needs no network, nothing in it becomes markup, and the text stands in it exactly."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from cli_run import TEXT, run
from generated_results import extractions
from hypothesis import HealthCheck, given, settings
from sample_results import SAID, find, sample_extraction, sample_position, sample_summary

from extractor.render import render
from extractor.render.html.environment import STATIC, TEMPLATES, environment
from extractor.render.html.report import render_report
from extractor.schemas import Article, Extraction
from extractor.schemas.article import text_id

EVIL = (
    "</script><script>alert(1)</script></style><img src=x onerror=alert(2)> \"quoted\" 'so' & {{ 7*7 }} {% raw %}"
    " -->  \u2028 \u2029 \u202e odd \u2066 \x00 end"
)
LEADING = {"src", "href", "action", "srcset", "data", "poster", "formaction", "xlink:href", "background"}
ENDLESS = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """What a document holds: its tags with their attributes, and the text of the article, of scripts and of styles."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"article-text": [], "script": [], "style": []}
        self._open: list[str] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the tag, and where the text that follows belongs."""
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag in ENDLESS:
            return
        name = "article-text" if given.get("id") == "article-text" else tag
        self._open.append(name)
        if name in ("script", "style"):
            self.inside[name].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag without content."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """The innermost element is over."""
        if tag not in ENDLESS:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text."""
        if "article-text" in self._open:
            self.inside["article-text"].append(data)
        elif self._open and self._open[-1] in ("script", "style"):
            self.inside[self._open[-1]][-1] += data

    @property
    def text(self) -> str:
        """The text content of the article."""
        return "".join(self.inside["article-text"])


def extraction_of(text: str, /, **known: Any) -> Extraction:
    """A result without claims for any text."""
    sample = sample_extraction()
    article = Article(id=text_id(text), text=text, **known)
    return Extraction(article=article, provenance=sample.provenance)


@pytest.mark.parametrize("said", [SAID, EVIL], ids=["plain", "hostile"])
def test_the_file_refers_to_nothing_outside(said: str) -> None:
    """No tag loads anything: the only addresses are places in the file itself."""
    page = Page(render_report(sample_extraction(said), summary=sample_summary(said)))
    led = [value or "" for _, given in page.tags for name, value in given.items() if name in LEADING]
    assert led and all(value.startswith("#") for value in led)
    assert {tag for tag, _ in page.tags}.isdisjoint({"link", "iframe", "object", "embed", "base", "img"})
    assert "url(" not in "".join(page.inside["style"]) and "@import" not in "".join(page.inside["style"])


@pytest.mark.parametrize("make", [sample_extraction, sample_summary])
def test_hostile_words_stay_words(make: Any) -> None:
    """Whatever an article or a model says: the same tags as for plain words, no handler, no inline style."""
    plain, hostile = Page(render_report(make(SAID))), Page(render_report(make(EVIL)))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in plain.tags]
    names = {name for _, given in hostile.tags for name in given}
    assert not [name for name in names if name.startswith("on") or name == "style"]
    assert hostile.inside["script"] == plain.inside["script"]


def test_hostile_names_and_items_stay_words() -> None:
    """Names of experts, aliases, topics, targets and rejected items are escaped too."""
    sample = sample_extraction()
    roe = sample.experts[0].model_copy(update={"name": EVIL, "affiliation": EVIL, "aliases": (EVIL,)})
    position = sample_position(sample.article, SAID).model_copy(update={"topic": EVIL, "target": EVIL})
    result = sample.model_copy(update={"experts": (roe, *sample.experts[1:]), "positions": (position,)})
    page = Page(render_report(result))
    assert sum(tag == "script" for tag, _ in page.tags) == 2
    assert not [tag for tag, _ in page.tags if tag == "img"]


@pytest.mark.parametrize(
    ("url", "href"),
    [("https://news.example/a?b=1&c=2", True), ("javascript:alert(1)", False), ("JaVaScRiPt:alert(1)", False)],
)
def test_only_addresses_of_the_web_become_links(url: str, href: bool) -> None:
    """A link tells the other side nothing; any other address is text."""
    page = Page(render_report(extraction_of("A text.", url=url)))
    links = [given for tag, given in page.tags if tag == "a" and given.get("href") == url]
    assert bool(links) is href
    assert all(link["rel"] == "noopener noreferrer nofollow" for link in links)


@pytest.mark.parametrize(
    "text",
    [
        "\nA line first.\n\n  Indented.\n",
        "one\r\ntwo\rthree",
        "tab\t, nbsp\u00a0, \u2028 and \u202e",
        "<b>&amp;</b>",
        "𝒳 ש",
    ],
    ids=["breaks", "returns", "separators", "markup", "planes"],
)
def test_the_text_is_exactly_that_of_the_article(text: str) -> None:
    """Every character, white space too."""
    assert Page(render_report(extraction_of(text))).text == text


def test_what_no_document_can_hold_is_replaced_one_for_one() -> None:
    """NUL and lone surrogates become one character each, so that offsets stay."""
    assert Page(render_report(extraction_of("a\x00b\ud800c"))).text == "a\ufffdb\ufffdc"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(extractions())
def test_any_result_has_a_report(result: Extraction) -> None:
    """With the exact text, and every span at segments of its own."""
    page = Page(render_report(result))
    gone = {0: "\ufffd", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}
    assert page.text == result.article.text.translate(gone)
    starts = {int(given["data-start"] or "") for tag, given in page.tags if tag == "mark"}
    assert {span.start for claim in result.claims for span in (*claim.content, *claim.source, *claim.cue)} <= starts


def test_the_policy_lets_only_our_own_style_and_scripts_in() -> None:
    """Each of them stands in the policy with its digest, and nothing else may run or load."""
    page = Page(render_report(sample_extraction(EVIL)))
    told = next(given["content"] for tag, given in page.tags if given.get("http-equiv") == "Content-Security-Policy")
    policy = dict(part.split(" ", 1) for part in (told or "").split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    for kind in ("style", "script"):
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in page.inside[kind]]
        assert policy[f"{kind}-src"].split() == [f"'sha256-{digest}'" for digest in digests]


def test_ids_are_given_once_and_links_lead_somewhere() -> None:
    """Every place that the file links to is in it."""
    page = Page(render_report(sample_extraction(), summary=sample_summary()))
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    leads = {(given["href"] or "")[1:] for _, given in page.tags if "href" in given}
    assert leads <= set(ids)


def test_overlapping_claims_make_a_file_of_linear_size() -> None:
    """Each adds its card and two segments at most, whatever lies over it, however long its words are."""
    sample = sample_extraction()
    first = sample_position(sample.article, SAID).model_copy(update={"source": (), "statement": "A claim."})

    def size(number: int) -> int:
        text = "word " * number
        article = Article(id=text_id(text), text=text)
        spans = [article.span(place, len(text) - place) for place in range(number)]
        held = tuple(
            first.model_copy(update={"id": f"c{place}", "content": (span,)}) for place, span in enumerate(spans, 1)
        )
        holder = sample.experts[0].model_copy(update={"mentions": ()})
        result = Extraction(article=article, experts=(holder,), positions=held, provenance=sample.provenance)
        return len(render_report(result))

    assert size(1_200) < 2.2 * size(600)


def test_templates_escape_everything_and_hide_nothing() -> None:
    """Auto-escaping is on for every name, and a name that is not there is an error."""
    made = environment()
    assert made.autoescape is True
    assert made.from_string("{{ word }}").render(word="<b>") == "&lt;b&gt;"
    assert all("|safe" not in path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html"))


def test_scripts_make_no_markup_of_strings() -> None:
    """Nothing in them could turn text into elements or code."""
    banned = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.style\b")
    scripts = {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")}
    assert {"article.js", "theme.js"} <= scripts.keys()
    assert not [name for name, text in scripts.items() if banned.search(text)]


@pytest.mark.parametrize("task", ["extract", "summarize"])
def test_the_format_flag_gives_the_page(task: str) -> None:
    """On the standard output and in a file, which need no --format when they are called .html."""
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    shown = run(task, "a.txt", "--format", "html", "--quiet")
    assert (shown.exit_code, Page(shown.stdout).text) == (0, TEXT)
    written = run(task, "a.txt", "-o", "report.html")
    assert (written.exit_code, written.stdout) == (0, "")
    assert "written to report.html" in written.stderr
    assert Page(Path("report.html").read_text(encoding="utf-8")).text == TEXT


@pytest.mark.parametrize("task", ["extract", "summarize"])
def test_help_names_the_page(task: str) -> None:
    """Among the formats and the endings."""
    told = run(task, "--help", env={"TERMINAL_WIDTH": "200", "COLUMNS": "200"}).stdout
    assert "json|markdown|table|html" in "".join(told.split()) and ".html" in told


def test_other_commands_have_no_page() -> None:
    """A list of prompts is no article."""
    done = run("prompts", "list", "--format", "html")
    assert done.exit_code == 2 and "html" in done.stderr


def test_a_stored_result_is_shown_again_as_a_page() -> None:
    """With a database the format makes no difference to what is stored."""
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    first = run("extract", "a.txt", "--db", "claims.db", "-o", "a.json")
    again = run("extract", "a.txt", "--db", "claims.db", "-o", "a.html")
    assert (first.exit_code, again.exit_code) == (0, 0)
    result = Extraction.model_validate(json.loads(Path("a.json").read_text(encoding="utf-8")))
    assert render(result, "html") == Path("a.html").read_text(encoding="utf-8")
    assert find(result.article, "likely").start > 0
