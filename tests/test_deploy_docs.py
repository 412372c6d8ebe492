"""docs/deploy.md and docs/compose.yaml are true: settings, commands, metrics, paths and log events in them exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from service_server import KEY, Serve, Served

from extractor.service_settings import ServiceSettings
from extractor.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "docs" / "compose.yaml").read_text(encoding="utf-8"))
COMMANDS = sorted(set(re.findall(r"(?<![\w@'-])extractor (?:db [a-z]+|serve|delete)", TEXT)))
SERVICES: dict[str, Any] = COMPOSE["services"]


def blocks(language: str) -> list[str]:
    """The code of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


def test_every_setting_exists() -> None:
    """Variables that the document and the compose file name are settings."""
    known = {f"EXTRACTOR_{name.upper()}" for name in (*Settings.model_fields, *ServiceSettings.model_fields)}
    named = set(re.findall(r"EXTRACTOR_[A-Z_]+[A-Z]", TEXT + str(COMPOSE)))
    assert len(named) > 15 and named <= known


@pytest.mark.parametrize(
    "name", ["jobs_at_once", "queue", "lease", "wait", "most_wait", "rate", "keep_jobs", "concurrency"]
)
def test_every_default_is_the_programs(name: str) -> None:
    """The table of sizes tells defaults as they are."""
    row = next(line for line in TEXT.splitlines() if line.startswith("|") and f"`EXTRACTOR_{name.upper()}`" in line)
    names = [one.lower() for one in re.findall(r"EXTRACTOR_([A-Z_]+)`", row.split("|")[1])]
    fields = {**Settings.model_fields, **ServiceSettings.model_fields}
    told = row.split("|")[2].strip().split(", ") if len(names) > 1 else [row.split("|")[2].strip()]
    value = fields[name].default
    assert told[names.index(name)] == (value if isinstance(value, str) else f"{value:,.0f}")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_exists(command: str) -> None:
    """Each command answers --help."""
    done = subprocess.run([sys.executable, "-m", *command.split(), "--help"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_metric_exists(served: Served) -> None:
    """The metrics of the tables and alerts are what /metrics tells, with these labels."""
    told = served.client.get("/metrics").text
    named = set(re.findall(r"\b(?:extractor|process)_[a-z_]+(?=[{`)\[\s])", TEXT))
    assert len(named) > 8 and all(f"# TYPE {name.removesuffix('_total')}" in told for name in named)
    counted = set(re.findall(r"# TYPE (extractor_\w+) (?:counter|gauge|histogram)", told))
    assert {name for name in counted if not name.endswith("_created")} <= named


def test_paths_need_a_key_as_told(serve: Serve) -> None:
    """The paths of checks and of signing in are open where keys are set, and all others are not."""
    client = serve(api_keys=KEY).client
    assert all(client.get(path).status_code == 200 for path in ("/healthz", "/readyz", "/login"))
    assert "`/healthz`, `/readyz`, `/login` and `/static` needs one" in TEXT
    assert client.get("/metrics").status_code == client.get("/v1/jobs").status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {KEY}"}).status_code == 200


def test_every_event_of_the_log_exists() -> None:
    """Lines that one should look for are written somewhere."""
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "extractor" / "service").glob("*.py"))
    events = re.findall(r"`((?:job|queue|request|service)\.\w+)`", TEXT)
    assert len(events) >= 5 and all(f'"{event}"' in code for event in events)


def test_links_lead_somewhere() -> None:
    """Files that the document links to exist, and so do their headings."""
    for name, anchor in re.findall(r"\]\(([^)#]+)#?([^)]*)\)", TEXT):
        target = (ROOT / "docs" / name).resolve()
        heads = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
        assert not anchor or anchor in [head.lower().replace(" ", "-") for head in heads]


def test_what_is_for_prometheus_is_yaml() -> None:
    """Both examples can be read, and each alert has a condition."""
    scraped, rules = map(yaml.safe_load, blocks("yaml"))
    assert scraped["scrape_configs"][0]["static_configs"]
    assert all(rule["alert"] and "extractor" in rule["expr"] for rule in rules["groups"][0]["rules"])


def test_the_stop_is_given_time() -> None:
    """systemd and the compose file wait for longer than the program may take."""
    given = re.findall(r"(?:TimeoutStopSec=|--stop-timeout )(\d+)", TEXT)
    given.append(SERVICES["extractor-1"]["stop_grace_period"].removesuffix("s"))
    least = ServiceSettings.model_fields["grace"].default + 20
    assert len(given) == 3 and all(int(seconds) >= least for seconds in given)


def test_the_processes_of_the_compose_file_are_alike() -> None:
    """Two that share a database, keys that have to be given, a proxy that knows both and is trusted."""
    first, second = SERVICES["extractor-1"], SERVICES["extractor-2"]
    assert first == second and first["environment"]["EXTRACTOR_API_KEYS"] == "${EXTRACTOR_API_KEYS:?}"
    assert (ROOT / "docs" / first["build"]).resolve() == ROOT
    assert all(f"--to {name}:8700" in SERVICES["proxy"]["command"] for name in ("extractor-1", "extractor-2"))
    subnet = COMPOSE["networks"]["default"]["ipam"]["config"][0]["subnet"]
    assert first["environment"]["EXTRACTOR_TRUSTED_PROXIES"] == subnet
