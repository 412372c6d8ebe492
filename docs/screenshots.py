"""Makes the pictures in docs/screenshots: a server on a database filled from examples/, seen in Chromium.

    python docs/screenshots.py

Needs the packages of the extra 'dev' and Chromium (apt-get install chromium). Everything that is seen was made from
files of this repository; the outcomes of predictions are invented, for a track record to be there.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from extractor.evaluation import Named, evaluate, read_gold, read_results
from extractor.evaluation.error_files import error_file
from extractor.schemas import Extraction, Summary
from extractor.schemas.stored import Outcome
from extractor.service.app import create_app
from extractor.service.serving import Server, listen, url_of
from extractor.service_settings import load_service_settings
from extractor.settings import load_settings
from extractor.store import Store

ROOT: Final = Path(__file__).resolve().parent.parent
RESULTS: Final = ROOT / "examples" / "gold" / "results"
PICTURES: Final = Path(__file__).resolve().parent / "screenshots"
ARTICLE: Final = "Port Hadley"
PASTED: Final = ROOT / "examples" / "articles" / "strait-shipping.txt"
DESK: Final = {"width": 1180, "height": 700}
PHONE: Final = {"width": 390, "height": 780}
MOST_BYTES: Final = 200_000
_OUTCOMES: Final[tuple[Outcome, ...]] = ("yes", "no", "yes", "yes", "annulled", "no", "yes", "ambiguous")
_ONLY_ERRORS: Final = (
    *(f'#kinds input[value="{kind}"]' for kind in ("found", "right", "left out")),
    "details:has(.contents) > summary",
    '.contents a[href$="northern-cables"]',
)


@dataclass(frozen=True)
class Picture:
    """What is seen at an address, after the keys that are pressed there and the places that are clicked."""

    name: str
    address: str
    keys: tuple[str, ...] = ()
    clicks: tuple[str, ...] = ()
    typed: tuple[str, str] | None = None
    look: dict[str, Any] = field(default_factory=dict)


def main() -> None:
    """Fill a database, serve it, and take every picture."""
    with TemporaryDirectory() as name, _serving(Path(name)) as (url, store), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        PICTURES.mkdir(exist_ok=True)
        for picture in (*_pictures(store, url), Picture("errors", _errors(Path(name)).as_uri(), clicks=_ONLY_ERRORS)):
            size = _take(browser, picture)
            sys.stdout.write(f"{picture.name}.png: {size:,} bytes\n")
            if size > MOST_BYTES:
                sys.exit(f"{picture.name}.png is larger than {MOST_BYTES:,} bytes; show less of the page")
        browser.close()


def _pictures(store: Store, url: str) -> Iterator[Picture]:
    article = f"{url}/articles/{store.articles(ARTICLE)[0].id}"
    text = PASTED.read_text(encoding="utf-8")
    yield Picture("article", article, ("j", "j", "j"))
    yield Picture("article-dark", article, ("j", "j", "j"), look={"color_scheme": "dark"})
    yield Picture("article-phone", article, ("j", "j", "j"), look={"viewport": PHONE})
    yield Picture("extract", f"{url}/", typed=("#text", text))
    yield Picture("expert", f"{url}/experts/{_judged(store)}")
    yield Picture("predictions", f"{url}/predictions", clicks=("li.card:first-child details.more > summary",))
    yield Picture("search", f"{url}/search?q=port")


def _take(browser: Browser, picture: Picture) -> int:
    """Take a picture and give its size in bytes."""
    page = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **picture.look}).new_page()
    page.goto(picture.address)
    _act(page, picture)
    page.wait_for_timeout(300)
    taken = page.screenshot(path=PICTURES / f"{picture.name}.png")
    page.context.close()
    return len(taken)


def _act(page: Page, picture: Picture) -> None:
    if picture.typed:
        page.locator(picture.typed[0]).fill(picture.typed[1])
        page.locator(picture.typed[0]).evaluate("(one) => { one.blur(); one.scrollTo(0, 0); scrollTo(0, 0); }")
    for key in picture.keys:
        page.keyboard.press(key)
    for place in picture.clicks:
        page.locator(place).first.click()


def _fill(store: Store) -> None:
    """Results of a model for the articles of the gold, their summaries, and outcomes of what is over."""
    for line in (RESULTS / "model.jsonl").read_text(encoding="utf-8").splitlines():
        store.add(Extraction.model_validate_json(line))
    for line in (RESULTS / "summaries.jsonl").read_text(encoding="utf-8").splitlines():
        store.add(Summary.model_validate_json(line))
    due = store.due(limit=1000)
    for number, claim in enumerate(due[len(due) // 4 :]):
        store.resolve(claim.id, _OUTCOMES[number % len(_OUTCOMES)], resolver="Desk")


def _errors(folder: Path) -> Path:
    """The page that sets those results beside the gold."""
    path = folder / "errors.html"
    gold = read_gold(ROOT / "examples" / "gold")
    named = Named("a model", read_results(RESULTS / "model.jsonl", gold))
    path.write_text(error_file(evaluate("examples/gold", gold, named), gold, named.system.found), encoding="utf-8")
    return path


def _judged(store: Store) -> int:
    """The expert with the most resolved predictions."""
    records = store.scores(limit=1000)
    return max((one.resolved, one.expert.id) for one in records if one.expert)[1]


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[str, Store]]:
    """A server on a free port of this machine, with a database of its own."""
    store = Store(str(folder / "claims.db"))
    _fill(store)
    service = load_service_settings(port=0)
    server = Server(create_app(load_settings(db=str(folder / "claims.db")), service, store=store), service)
    listening = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(0.05)
    try:
        yield url_of(listening), store
    finally:
        server.should_exit = True
        thread.join(timeout=30)


if __name__ == "__main__":
    main()
