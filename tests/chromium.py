"""The Chromium that the browser tests drive: one for the whole run, and it reaches nothing but loopback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def program() -> str:
    """The machine's Chromium. Raises: RuntimeError where there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise RuntimeError("no Chromium found: run `make test`, which installs it, or install chromium")
    return found


def arguments() -> list[str]:
    """How it is started, also by a test that wants a profile of its own."""
    return list(_ARGUMENTS)


@contextmanager
def launched() -> Iterator[Browser]:
    """The machine's Chromium, headless."""
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program(), headless=True, args=arguments())
        yield browser
        browser.close()
