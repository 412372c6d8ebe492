"""A real browser for tests: Debian's Chromium through Playwright, in which nothing may go wrong unnoticed.

A test fails on whatever the page complains of: an error on the console (a violation of the Content-Security-Policy is
one), an exception, a dialog, a request to another host. Playwright's synchronous interface keeps an event loop running
in its thread as long as it is open, so a browser lives as long as a module: tests of other modules run loops of their
own.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request
    from service_server import Serve

_FLAGS = (
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_PLACES = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}
SECONDS = 60.0
"""How long anything may take: long, as the machine may be busy; nothing waits longer than it has to."""


@dataclass
class Browsing:
    """Opens pages, each in a context of its own, and keeps what goes wrong in them.

    ``tolerated`` are patterns of complaints that a test expects, such as that of a 404.
    """

    browser: Browser
    faults: list[str] = field(default_factory=list)
    tolerated: list[str] = field(default_factory=list)

    def __call__(self, address: str | Path = "", /, **context: Any) -> Page:
        """A page at an address, or of a file; keywords are those of Playwright's ``new_context``."""
        page = self.browser.new_context(**{"reduced_motion": "reduce", **context}).new_page()
        page.set_default_timeout(1000 * SECONDS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        if address:
            page.goto(address.as_uri() if isinstance(address, Path) else address)
        return page

    def check(self) -> None:
        """Fail when something went wrong that was not expected."""
        found = [fault for fault in self.faults if not any(re.search(known, fault) for known in self.tolerated)]
        assert not found, found

    def close(self) -> None:
        """Close every page."""
        for context in list(self.browser.contexts):
            context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "assert"):
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("file", "data", "blob", "about") and parts.hostname != "127.0.0.1":
            self.faults.append(f"request of another host: {request.url}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module. Where Chromium is missing they are skipped, but not in CI."""
    place = next(filter(None, map(shutil.which, _PLACES)), None)
    if place is None:
        told = "Chromium is not installed, so the browser tests cannot run: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * SECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=place, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Browser, serve: Serve) -> Iterator[Browsing]:
    """Opens pages; the test fails when anything goes wrong in one of them.

    It asks for ``serve`` so that every server outlives the pages: what a page still loads is answered.
    """
    browsing = Browsing(chromium)
    yield browsing
    browsing.close()
    browsing.check()


def serious(page: Page, /) -> list[str]:
    """What axe-core finds serious or critical in a page as it stands."""
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def fits(page: Page, /) -> bool:
    """True when nothing of the page has to be scrolled for sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
