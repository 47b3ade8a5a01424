"""How much memory a server takes on, whatever is sent and asked at once."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.xapi.http.running import Client, a_boundary, multipart, statement
from tests.xapi.http.test_serve import client_of, serving

MIB = 1024 * 1024
CLIENTS = 8
SECRET = secrets.token_urlsafe(12)
WHOLE = 15 * MIB + 900_000
"""A body that is just allowed."""


def peak(process: subprocess.Popen[str]) -> int:
    """The most memory that the process ever had, in MiB."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) // 1024


def one_large_file() -> tuple[bytes, str]:
    """A statement with a file, and its media type."""
    file, boundary = os.urandom(WHOLE), a_boundary()
    sha2 = hashlib.sha256(file).hexdigest()
    told = {
        "usageType": "https://example.org/usage",
        "display": {"en": "file"},
        "contentType": "application/octet-stream",
        "length": len(file),
        "sha2": sha2,
    }
    part = {"Content-Transfer-Encoding": "binary", "X-Experience-API-Hash": sha2}
    return multipart(boundary, statement(attachments=[told]), (part, file)), (
        f"multipart/mixed; boundary={boundary}"
    )


def many_statements() -> tuple[bytes, str]:
    """Ten thousand statements of 1,600 bytes, and their media type."""
    made = (
        json.dumps(statement(id=str(uuid4()), result={"response": "x" * 1250}, context={"platform": "here"}))
        for _ in range(10_000)
    )
    return f"[{','.join(made)}]".encode(), "application/json"


@pytest.mark.parametrize(
    "made", [one_large_file, pytest.param(many_statements, marks=pytest.mark.proof)], ids=["file", "batch"]
)
def test_eight_of_the_largest_bodies_at_once_take_less_than_200_mib(
    tmp_path: Path, made: Callable[[], tuple[bytes, str]]
) -> None:
    with serving(tmp_path, "--key", f"lead:{SECRET}") as (process, lines):
        client = client_of(lines, "lead", SECRET)
        assert client.get().status == 200
        before = peak(process)
        assert all_at_once(client, [made() for _ in range(CLIENTS)]) == [200] * CLIENTS
        assert peak(process) - before < 200


def all_at_once(client: Client, bodies: list[tuple[bytes, str]]) -> list[int]:
    """The statuses of these POSTs, sent at the same time."""
    statuses: list[int] = []

    def send(body: bytes, kind: str) -> None:
        statuses.append(client.ask("POST", "statements", body, {"Content-Type": kind}).status)

    threads = [threading.Thread(target=send, args=body) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses
