"""The checks of the browser tests themselves: what goes wrong in a page is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import Browsing, fits, serious

CASES = {
    "<script>window.missing.name</script>": "exception: Cannot read properties",
    "<script>console.error('wrong')</script>": "console: wrong",
    "<script>alert('hello')</script>": "dialog: hello",
    "<img alt='' src='http://example.invalid/x.png'>": "request of another host: http://example.invalid/x.png",
    "<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\"><script>1</script>": "Security Policy",
}


@pytest.mark.parametrize("html", CASES)
def test_what_goes_wrong_is_kept(browse: Browsing, tmp_path: Path, html: str) -> None:
    """Exceptions, the console's errors, dialogs, foreign requests, and what a policy blocks."""
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><title>x</title>{html}", encoding="utf-8")
    page = browse(file)
    page.wait_for_timeout(100)
    assert any(CASES[html] in fault for fault in browse.faults), browse.faults
    with pytest.raises(AssertionError, match=r"of another|console|exception|dialog"):
        browse.check()
    browse.faults.clear()


def test_axe_and_width_are_looked_at(browse: Browsing, tmp_path: Path) -> None:
    """A picture without words and a column that is too wide are found."""
    file = tmp_path / "page.html"
    file.write_text("<!doctype html><html lang=en><title>x</title><main><img src='data:,'><pre style='width:9999px'>x")
    page = browse(file)
    assert any(fault.startswith("image-alt") for fault in serious(page))
    assert not fits(page)
