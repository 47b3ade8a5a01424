"""gleanery.cli.library_log: what the record store logs stands in the house's log, without what was sent."""

from __future__ import annotations

import json
import logging
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from gleanery.cli.library_log import LIBRARIES, hear_libraries
from tests.xapi.http.running import Client, basic, statement

ROOT = Path(__file__).resolve().parents[2]
CANARY = secrets.token_hex(8)


@pytest.fixture
def libraries() -> Iterator[None]:
    """Loggers that are put back as they were."""
    before = {name: (logging.getLogger(name).handlers, logging.getLogger(name).level) for name in LIBRARIES}
    yield
    for name, (handlers, level) in before.items():
        logging.getLogger(name).handlers = handlers
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("libraries")
def test_a_librarys_warnings_are_events_of_the_house() -> None:
    with capture_logs() as events:
        hear_libraries("info")
        logging.getLogger("xapi.lrs.http.sealing").warning("store %s was not sealed", "main")
        logging.getLogger("xapi.lrs.http.app").info("not worth a line")
    assert events == [
        {
            "event": "xapi.lrs.http.sealing",
            "message": "store main was not sealed",
            "log_level": "warning",
        }
    ]


@pytest.mark.usefixtures("libraries")
def test_where_only_errors_are_asked_for_warnings_are_silent() -> None:
    with capture_logs() as events:
        hear_libraries("error")
        logging.getLogger("xapi.lrs").warning("small")
        logging.getLogger("uvicorn.error").error("large")
    assert [event["message"] for event in events] == ["large"]


@pytest.mark.usefixtures("libraries")
def test_an_error_is_told_by_its_kind_and_place_and_not_in_its_words() -> None:
    with capture_logs() as events:
        hear_libraries("info")
        try:
            raise LookupError(CANARY)
        except LookupError:
            logging.getLogger("uvicorn.error").exception("it failed")
    assert "builtins.LookupError" in events[0]["where"]
    assert Path(__file__).name in events[0]["where"]
    assert CANARY not in str(events)


def test_the_number_that_a_sender_is_told_stands_in_the_log_and_nothing_that_was_sent(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    with served(tmp_path, log) as (process, address):
        with sqlite3.connect(tmp_path / "r.db") as connection:
            connection.execute("ALTER TABLE lrs_key RENAME TO lrs_lost")
        connection.close()
        failed = Client(address, basic("lead", CANARY)).post(statement(result={"response": CANARY}))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert failed.status == 500
    number = failed.json["error"].rpartition(" ")[2]
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [event["level"] for event in events if number in event["message"]] == ["error"]
    assert "OperationalError" in log.read_text("utf-8")
    assert CANARY not in log.read_text("utf-8")


@contextmanager
def served(folder: Path, log: Path) -> Iterator[tuple[subprocess.Popen[str], tuple[str, int]]]:
    """`gleanery lrs serve` on a free port, its log in a file."""
    command = [sys.executable, "-m", "gleanery", "lrs", "serve", "--port", "0", "--store", "r.db"]
    environment = {**os.environ, "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    with log.open("w") as told:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=told, text=True
        )
    try:
        assert process.stdout is not None
        place = urlsplit(process.stdout.readline().split()[-1])
        yield process, (str(place.hostname), int(place.port or 0))
    finally:
        process.kill()
        process.communicate()
