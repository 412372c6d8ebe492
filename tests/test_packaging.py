"""The wheel holds what the repository holds: the two linked folders ship inside the package."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.mark.parametrize("folder", ["schemas", "prompts"])
def test_linked_folders_ship_in_the_wheel(wheel: Path, folder: str) -> None:
    """Every file of the root folder stands in the wheel under extractor/."""
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith(f"extractor/{folder}/")}
    here = {f"extractor/{folder}/{path.name}" for path in (ROOT / folder).iterdir() if path.is_file()}
    assert shipped == here


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """No tests, no cassettes and no root packages named schemas or prompts get installed."""
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"extractor"}


def test_data_files_ship_in_the_wheel(wheel: Path) -> None:
    """Whatever is not Python inside the package is in the wheel too."""
    shipped = set(zipfile.ZipFile(wheel).namelist())
    data = [path for path in (ROOT / "extractor").rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert {path.relative_to(ROOT).as_posix() for path in data} <= shipped


@pytest.mark.parametrize("link", ["schemas", "prompts"])
def test_the_links_are_links(link: str) -> None:
    """The folders stand once in the repository; the package links to them."""
    assert (ROOT / "extractor" / link).is_symlink()
    assert (ROOT / "extractor" / link).resolve() == ROOT / link


def test_the_constraints_hold_no_address() -> None:
    """Pinned versions name packages, never where they come from."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert all(line.count("==") == 1 and "/" not in line and "@" not in line for line in pins)
