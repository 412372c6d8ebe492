"""The virtual environment in which the peers of `throughput.py` run, since their requirements conflict with ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_REQUIREMENTS = Path(__file__).parent / "peers.txt"
ENVIRONMENT = Path(__file__).parent.parent / "build" / "bench-peers"


def peers_python() -> Path:
    """The interpreter of that environment, which is made (with pip, some minutes) or renewed where it is not as named.

    Raises subprocess.CalledProcessError when pip fails.
    """
    interpreter, stamp = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "installed.txt"
    wanted = _REQUIREMENTS.read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"installing {_REQUIREMENTS.name} into {ENVIRONMENT.name}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--upgrade", "pip>=25"], check=True)
        subprocess.run([*pip, "--requirement", str(_REQUIREMENTS)], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return interpreter
