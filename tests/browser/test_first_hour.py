"""The first hour of a buyer: from an empty folder to the first approval in the browser, without any account."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import gleanery.demo

pytestmark = pytest.mark.browser

FEED = Path(gleanery.demo.__file__).with_name("samples") / "blog.xml"


def gleanery_command(folder: Path, *words: str) -> str:
    """What a command prints, run in `folder`; it must end well."""
    done = subprocess.run(
        [sys.executable, "-m", "gleanery", *words], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def serving(folder: Path, account: str) -> Iterator[str]:
    """`gleanery serve` in a process of its own; gives the sign-in link it prints."""
    command = [sys.executable, "-m", "gleanery", "serve", "--port", "0", "--by", account]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            printed = [process.stdout.readline() for _ in range(2)]
            link = re.search(r"http://127\.0\.0\.1:\d+/\S+$", printed[1].strip())
            assert link is not None, printed
            yield link.group()
        finally:
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 0


def test_from_an_empty_folder_to_the_first_approval(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "account"))
    shutil.copy(FEED, tmp_path / "blog.xml")
    assert "Next: gleanery sources add" in gleanery_command(tmp_path, "init")
    gleanery_command(tmp_path, "sources", "add", "blog", "feeds", "--set", "files=[blog.xml]")
    gleanery_command(tmp_path, "sources", "check")
    gleanery_command(tmp_path, "run")
    with serving(tmp_path, "first-curator") as link:
        page = chromium.new_page()
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        page.locator("#reader").get_by_role("button", name="Approve").click()
        expect(page.locator("#notice")).to_contain_text("Approved")
        page.close()
    lines = map(json.loads, gleanery_command(tmp_path, "audit", "export").splitlines())
    assert [line["who"] for line in lines if line["action"] == "item.approved"] == ["first-curator"]
    assert json.loads(gleanery_command(tmp_path, "audit", "verify", "--json"))["audit"] == "verified"
