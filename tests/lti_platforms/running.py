"""The LMSs of others, each in the environment of its own that the lock describes, run on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from tests.servers import free_port
from tests.venvs import ROOT, checked

HERE = Path(__file__).parent
LOCK = HERE / "requirements.lock"


@contextmanager
def running(kind: str, tool: str) -> Iterator[str]:
    """The address of an LMS (`lti1p3platform`, `openedx`) at which our tool at this address is registered."""
    port = free_port()
    process = subprocess.Popen(
        [_python(), str(HERE / "others.py"), kind, str(port), tool],
        stdout=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready"), f"{kind} did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _python() -> Path:
    """The Python of the environment, made at the first call and whenever the lock changes."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder, want = ROOT / ".venv-peers" / f"lti-{version}", sha256(LOCK.read_bytes()).hexdigest()
    done, python = folder / "done", folder / "bin" / "python"
    if not done.exists() or done.read_text() != want:
        venv.create(folder, with_pip=True, clear=True)
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
        checked([str(python), "-m", "pip", "install", *options, "-r", str(LOCK)], ROOT)
        done.write_text(want)
    return python
