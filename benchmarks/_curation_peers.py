"""The libraries that curation is held against, in an environment of their own: the project needs none of them.

    python benchmarks/_curation_peers.py

makes `.venv-peers/curation-*` from `peers.lock`, by hash. The lock is made from `peers.in`:

    uv pip compile --generate-hashes --universal --python-version 3.11 --no-annotate --no-header \
        benchmarks/peers.in -o benchmarks/peers.lock
"""

from __future__ import annotations

import importlib
import site
import subprocess
import sys
import venv
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "benchmarks" / "peers.lock"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
FOLDER = ROOT / ".venv-peers" / f"curation-{VERSION}"

absent: list[str] = []
"""Names of the peers that were asked for and are not there."""


def fetch() -> None:
    """Make the environment, if it is missing or the lock has changed."""
    done, want = FOLDER / "done", sha256(LOCK.read_bytes()).hexdigest()
    if done.exists() and done.read_text("utf-8") == want:
        return
    venv.create(FOLDER, with_pip=True, clear=True)
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    python = str(FOLDER / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", *options, "-r", str(LOCK)], check=True)
    done.write_text(want, "utf-8")


def bring() -> None:
    """Let this process import the peers; what the project has itself is still taken from its own environment."""
    site.addsitedir(str(FOLDER / "lib" / f"python{VERSION}" / "site-packages"))


def peer(name: str) -> Any:
    """A module of a peer; None, and noted as absent, where it is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        absent.append(name.partition(".")[0])
        return None


if __name__ == "__main__":
    fetch()
