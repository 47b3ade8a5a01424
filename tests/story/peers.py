"""Software of others to talk to, each of an exact version, fetched once into `.venv-peers`, run on loopback."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

from tests.servers import free_port
from tests.venvs import ROOT, checked

FETCHED = ROOT / ".venv-peers"
RALPH = ("ralph-malph[lrs,cli]==5.1.0", "requests>=2.32")
"""Ralph's server imports `requests`, which its extras leave out."""

_LAUNCH = """
import json, os, pathlib, sys
import bcrypt, uvicorn
from ralph.backends.data.base import BaseOperationType
from ralph.backends.lrs.fs import FSLRSBackend

folder, port = pathlib.Path(os.environ["RALPH_APP_DIR"]), int(sys.argv[1])
hashed = bcrypt.hashpw(sys.stdin.readline().strip().encode(), bcrypt.gensalt(4)).decode()
agent = {"account": {"homePage": "https://ralph.example.org", "name": "peer"}}
user = {"username": "peer", "hash": hashed, "scopes": ["all"], "agent": agent}
(folder / "auth.json").write_text(json.dumps([user]))
if "--as-it-comes" not in sys.argv:
    # As it comes, this backend makes its file anew with each write, and fails at the second.
    FSLRSBackend.default_operation_type = BaseOperationType.APPEND
uvicorn.run("ralph.api:app", host="127.0.0.1", port=port, log_level="warning")
"""


@dataclass(frozen=True)
class Ralph:
    """A running Ralph with its file backend."""

    endpoint: str
    key: str
    secret: str
    file: Path

    @property
    def held(self) -> list[dict[str, object]]:
        """The statements in its file, in the order they came."""
        if not self.file.exists():
            return []
        return [json.loads(line) for line in self.file.read_text("utf-8").splitlines()]


@contextmanager
def ralph(folder: Path, *options: str) -> Iterator[Ralph]:
    """Ralph on loopback with its data in `folder`, ended at the end."""
    python = _python("ralph", RALPH)
    folder.mkdir(parents=True, exist_ok=True)
    script, port, secret = folder / "launch.py", free_port(), secrets.token_urlsafe()
    script.write_text(_LAUNCH, "utf-8")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [python, script, str(port), *options],
            stdin=subprocess.PIPE, stdout=log, stderr=log, text=True, env=_environment(folder),
        )  # fmt: skip
    try:
        assert process.stdin is not None
        process.stdin.write(secret + "\n")
        process.stdin.close()
        _until_it_answers(process, port, folder / "log")
        yield Ralph(f"http://127.0.0.1:{port}/xAPI", "peer", secret, folder / "statements" / "fs_lrs.jsonl")
    finally:
        process.kill()
        process.wait()


def _environment(folder: Path) -> Mapping[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "RALPH_APP_DIR": str(folder),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder / "statements"),
    }


def _until_it_answers(process: subprocess.Popen[str], port: int, log: Path) -> None:
    """Another's server tells nobody that it is ready: it is asked until it answers."""
    end = monotonic() + 60
    while monotonic() < end and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/__heartbeat__")
            connection.getresponse().read()
            return
        except OSError:
            sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"the server did not start:\n{log.read_text('utf-8')}")


def _python(name: str, needs: Sequence[str]) -> Path:
    """The Python of an environment with these distributions, made at the first call."""
    folder = FETCHED / name
    done = folder / "done"
    if not done.exists() or done.read_text() != "\n".join(needs):
        venv.create(folder, with_pip=True, clear=True)
        checked([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *needs], FETCHED)
        done.write_text("\n".join(needs))
    return folder / "bin" / "python"


def node_modules(name: str, *packages: str) -> Path:
    """A folder in which these npm packages are installed, made at the first call."""
    folder = FETCHED / name
    done = folder / "done"
    if not done.exists() or done.read_text() != "\n".join(packages):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}')
        checked(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *packages], folder)
        done.write_text("\n".join(packages))
    return folder
