"""Reading a page as a person would: its headings, links, forms and words."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_FIELDS = {"input", "select", "textarea"}


@dataclass(slots=True)
class Element:
    """An element with its attributes and all text inside of it."""

    name: str
    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)
    inside: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Its words, in one line."""
        return " ".join("".join(self.parts).split())


class Page(HTMLParser):
    """The elements of a page, in order."""

    def __init__(self, html: str, /) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        inside = tuple(one.name for one in self._open)
        made = Element(tag, {name: value or "" for name, value in attrs}, inside=inside)
        self.elements.append(made)
        if tag not in _VOID:
            self._open.append(made)

    def handle_endtag(self, tag: str) -> None:
        """Close the element, and what was left open in it."""
        while any(one.name == tag for one in self._open):
            if self._open.pop().name == tag:
                break

    def handle_data(self, data: str) -> None:
        """Give the text to all elements around it."""
        for one in self._open:
            one.parts.append(data)

    def all(self, *names: str, **attributes: str) -> list[Element]:
        """The elements with these names and attributes (``class_`` and ``aria_label`` for class and aria-label)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            one
            for one in self.elements
            if one.name in names and all(one.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, *names: str, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(*names, **attributes)
        assert len(found) == 1, f"{len(found)} of {names} {attributes}"
        return found[0]

    @property
    def main(self) -> str:
        """The words of the page without navigation and foot."""
        return self.one("main").text

    @property
    def headings(self) -> list[str]:
        """The headings, in order."""
        return [one.text for one in self.all("h1", "h2", "h3", "h4")]

    @property
    def links(self) -> dict[str, str]:
        """Words to addresses."""
        return {one.text: one.attributes.get("href", "") for one in self.all("a")}

    @property
    def unlabelled(self) -> list[dict[str, str]]:
        """The fields of forms that have no label."""
        labelled = {one.attributes.get("for") for one in self.all("label")}
        return [
            one.attributes
            for one in self.all(*_FIELDS)
            if one.attributes.get("type") != "hidden"
            and one.attributes.get("id", "-") not in labelled
            and "aria-label" not in one.attributes
            and "label" not in one.inside
        ]


def get(client: httpx2.Client, path: str, /, *, status: int = 200, **more: Any) -> Page:
    """The page at a path, as a browser asks for it."""
    answer = client.get(path, headers=BROWSER, **more)
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)
