"""Connecting, disconnecting and changing keys as an administrator does it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.fernet import Fernet

from tests.conftest import ROOT
from tests.fakes.signing import SignIn, installed, source
from tests.flow.test_connecting import signed_in_at
from tests.house import file_source, records, write_config
from tests.test_cli import gleanery, refused, terminal, told

__all__ = ["terminal"]


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignIn]:
    site = str(installed(tmp_path))
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((site, str(ROOT))))
    with SignIn() as made:
        monkeypatch.setenv("SIGNING_SECRET", made.client_secret)
        yield made


@pytest.fixture
def folder(platform: SignIn, tmp_path: Path) -> Path:
    """A founded house with a source to sign in for."""
    write_config(tmp_path, sources=[source(platform), file_source(records(tmp_path, []))])
    told("init", cwd=tmp_path)
    return tmp_path


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A command that waits for a person."""
    return subprocess.Popen(
        [sys.executable, "-m", "gleanery", "sources", "connect", "signed", "--json", *words],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def asked_to_open(command: subprocess.Popen[str]) -> str:
    """The address that it asks to be opened."""
    assert command.stderr is not None
    return next(line.strip() for line in command.stderr if line.startswith("http"))


def ended(command: subprocess.Popen[str], given: str | None = None) -> tuple[int, Any, str]:
    out, err = command.communicate(given, timeout=60)
    return command.returncode, json.loads(out), err


def test_a_browser_that_comes_back_connects_the_source(folder: Path, platform: SignIn) -> None:
    command = started(folder, "--port", "0")
    page = requests.get(asked_to_open(command), timeout=30)
    assert (page.status_code, urlsplit(page.url).hostname) == (200, "127.0.0.1")
    assert "It is connected" in page.text
    code, done, _ = ended(command)
    assert (code, done["scopes"], done["missing"]) == (0, ["posts.read", "profile.read"], [])
    assert told("read", "signed", cwd=folder)[0]["new_posts"] == 1


def test_a_person_who_refuses_ends_it_with_the_remedy(folder: Path, platform: SignIn) -> None:
    platform.refuses = "access_denied"
    command = started(folder, "--port", "0")
    assert requests.get(asked_to_open(command), timeout=30).status_code == 400
    code, done, _ = ended(command)
    assert code == 4
    assert "access_denied" in done["error"]
    assert "gleanery sources connect signed" in done["remedy"]


def test_without_a_browser_the_address_is_pasted(folder: Path, platform: SignIn) -> None:
    command = started(folder, "--paste", "--redirect", "https://learn.example.org/back")
    back = signed_in_at(asked_to_open(command))
    assert back.startswith("https://learn.example.org/back?")
    code, done, err = ended(command, back + "\n")
    assert (code, done["source"]) == (0, "signed")
    for secret in platform.secrets:
        assert secret not in err


def test_an_app_that_asks_for_itself_is_connected_at_once(tmp_path: Path, platform: SignIn) -> None:
    write_config(tmp_path, sources=[source(platform, as_app=True)])
    told("init", cwd=tmp_path)
    assert told("sources", "connect", "signed", cwd=tmp_path)["renews"]


def test_a_source_that_needs_no_sign_in_is_told_so(folder: Path) -> None:
    assert "not signed in for" in refused("sources", "connect", "catalogue", cwd=folder, code=3)


def test_scopes_that_were_not_allowed_are_named(tmp_path: Path, platform: SignIn) -> None:
    platform.granted = ("posts.read",)
    write_config(tmp_path, sources=[source(platform, as_app=True)])
    told("init", cwd=tmp_path)
    said = gleanery("sources", "connect", "signed", cwd=tmp_path).stdout
    assert "Allowed: posts.read." in said
    assert "Not allowed: profile.read." in said


def test_disconnecting_says_first_what_would_happen_and_then_what_did(
    tmp_path: Path, platform: SignIn
) -> None:
    write_config(tmp_path, sources=[source(platform, as_app=True)])
    told("init", cwd=tmp_path)
    told("sources", "connect", "signed", cwd=tmp_path)
    told("read", cwd=tmp_path)
    would = gleanery("sources", "disconnect", "signed", "--dry-run", cwd=tmp_path).stdout
    assert "The words of 1 posts would go" in would
    assert "--keep-content" in refused(
        "sources", "disconnect", "signed", "--keep-content", cwd=tmp_path, code=4
    )
    done = gleanery("sources", "disconnect", "signed", cwd=tmp_path).stdout
    assert "signed is paused." in done
    assert "ended at the platform too" in done
    assert "The words of 1 posts are gone" in done


def test_keys_are_changed_by_one_command(folder: Path) -> None:
    told_first = told("keys", "rotate-tokens", cwd=folder)
    assert (told_first["encrypted_anew"], told_first["retired"]) == (0, 1)
    said = gleanery("keys", "rotate-tokens", cwd=folder).stdout
    assert "Renew your copy of the keys." in said


def test_a_new_key_is_printed_for_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = (gleanery("keys", "new-token-key", cwd=folder).stdout.strip() for _ in range(2))
    assert Fernet(old)
    assert old != new
    monkeypatch.setenv("GLEANERY_TOKEN_KEYS", f"{new},{old}")
    said = gleanery("keys", "rotate-tokens", cwd=folder).stdout
    assert "take all but the first out of GLEANERY_TOKEN_KEYS" in said
    assert old not in said


def test_no_core_file_is_ever_written(folder: Path) -> None:
    command = started(folder, "--port", "0")
    asked_to_open(command)
    limits = Path(f"/proc/{command.pid}/limits").read_text()
    command.send_signal(signal.SIGABRT)
    command.communicate(timeout=30)
    assert re.search(r"Max core file size +0 +0 ", limits)
    assert command.returncode == -signal.SIGABRT
    assert not list(folder.rglob("core*"))


def test_no_core_is_handed_to_a_program_either() -> None:
    asked = "import ctypes; from gleanery.cli.crashing import leave_no_secrets; leave_no_secrets(); "
    asked += "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"  # PR_GET_DUMPABLE
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "0"
