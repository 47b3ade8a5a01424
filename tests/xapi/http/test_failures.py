"""What nobody foresaw: answered like everything else, and told in the log without a word of what was sent."""

from __future__ import annotations

import logging
import re
import secrets
from pathlib import Path

import pytest

from tests.xapi.http.running import Client, basic, running, statement
from xapi.lrs.database import Database
from xapi.lrs.http.failures import noted
from xapi.lrs.http.lrs import Settings

CANARY = secrets.token_hex(8)
NUMBER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The file of a store that is none any more."""
    path = tmp_path / "record.db"
    database = Database(str(path))
    database.migrate()
    database.close()
    path.write_bytes(b"no database at all" + path.read_bytes()[18:])
    return path


def test_a_broken_store_is_told_as_every_error_is(broken: Path, caplog: pytest.LogCaptureFixture) -> None:
    database = Database(str(broken))
    with running(database, Settings()) as server:
        client = Client(server.address, basic("lead", CANARY))
        replies = [client.get(), client.post(statement(result={"response": CANARY})), client.get("agents")]
    database.close()
    assert [reply.headers.get("x-experience-api-consistent-through", "")[:4] for reply in replies] == [
        "1970",
        "1970",
        "",
    ]
    for reply in replies:
        assert (reply.status, reply.headers["content-type"]) == (500, "application/json")
        assert reply.headers["x-experience-api-version"] == "1.0.3"
        number = NUMBER.search(reply.json["error"])
        assert number is not None
        assert number[0] in caplog.text
    assert "sqlite3.DatabaseError" in caplog.text
    assert CANARY not in caplog.text


def test_the_log_says_where_and_of_which_kind_but_not_in_its_own_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The message of an error may repeat what could not be read."""

    def read(what: str) -> int:
        try:
            return int(what)
        except ValueError as error:
            raise LookupError(what) from error

    with pytest.raises(LookupError) as caught:
        read(CANARY)
    with caplog.at_level(logging.ERROR, "xapi"):
        number = noted(caught.value, "POST", "statements")
    assert str(number) in caplog.text
    assert caplog.text.index("builtins.ValueError") < caplog.text.index("builtins.LookupError")
    assert f"{Path(__file__).name}" in caplog.text
    assert "in read" in caplog.text
    assert CANARY not in caplog.text
