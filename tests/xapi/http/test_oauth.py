"""Tokens by client credentials, over HTTP (RFC 6749)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest

from tests.xapi.http.running import Client, Reply, Running, basic, statement
from tests.xapi.records import NOW
from xapi.lrs.committing import Committer
from xapi.lrs.database import Database
from xapi.lrs.http import oauth
from xapi.lrs.http.authentication import Gate
from xapi.lrs.http.exchange import Call, Caller, Refused
from xapi.lrs.http.lrs import Lrs
from xapi.lrs.keys import TOKEN_SECONDS, Keys, authority

T = TypeVar("T")
PATH = "extensions/oauth2/token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def ask(server: Running, form: Any, authorization: str | None = None, **headers: str) -> Reply:
    """Asks for a token with this form."""
    body = form if isinstance(form, bytes) else urlencode(form).encode()
    return Client(server.address, authorization, None).ask("POST", PATH, body, {**FORM, **headers})


def granted(server: Running, name: str, **form: str) -> Mapping[str, Any]:
    """A token of the key with the name, and what is told with it."""
    asked = {
        "grant_type": "client_credentials",
        "client_id": name,
        "client_secret": server.secrets[name],
        **form,
    }
    reply = ask(server, asked)
    assert reply.status == 200, reply.body
    assert (reply.headers["cache-control"], reply.headers["pragma"]) == ("no-store", "no-cache")
    told: Mapping[str, Any] = reply.json
    return told


@pytest.fixture
def name(server: Running, request: pytest.FixtureRequest) -> str:
    """The name of a new key with the default scopes and `state`."""
    made = f"sender-{abs(hash(request.node.nodeid))}"
    server.key(made, "statements/write", "statements/read/mine", "state", store="oauth")
    return made


def bearer(server: Running, token: str) -> Client:
    """A client with this token."""
    return Client(server.address, f"Bearer {token}")


def test_a_token_is_given_for_an_hour_and_writes_as_its_key(server: Running, name: str) -> None:
    told = granted(server, name)
    assert (told["token_type"], told["expires_in"]) == ("Bearer", TOKEN_SECONDS)
    assert told["scope"] == "statements/read/mine statements/write"
    client = bearer(server, told["access_token"])
    sent = statement()
    assert client.post(sent).status == 200
    found = client.get(statementId=sent["id"]).json
    assert found["authority"]["account"]["name"] == name


def test_the_secret_may_come_by_http_basic(server: Running, name: str) -> None:
    reply = ask(server, {"grant_type": "client_credentials"}, basic(name, server.secrets[name]))
    assert reply.status == 200
    encoded = basic(name.replace("-", "%2D"), server.secrets[name])
    assert ask(server, {"grant_type": "client_credentials", "client_id": name}, encoded).status == 200


def test_a_sender_that_asks_for_xapi_write_may_write_and_nothing_else(server: Running, name: str) -> None:
    """As LinkedIn Learning asks."""
    told = granted(server, name, scope="xapi:write")
    assert told["scope"] == "xapi:write"
    client = bearer(server, told["access_token"])
    assert (client.post(statement()).status, client.get().status) == (200, 403)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("state", "state"),
        ("all", "state statements/read/mine statements/write"),
        ("xapi:all", "state statements/read/mine statements/write"),
        ("statements/read", "statements/read/mine"),
        ("statements/write profile", "statements/write"),
        ("", "statements/read/mine statements/write"),
    ],
)
def test_a_token_may_never_do_more_than_its_key(server: Running, name: str, asked: str, given: str) -> None:
    told = granted(server, name, scope=asked)
    assert told["scope"] == given
    reply = bearer(server, told["access_token"]).ask(
        "PUT", "agents/profile", b"{}", agent='{"mbox":"mailto:a@example.org"}', profileId="one"
    )
    assert reply.status == 403


def test_revoking_the_key_ends_its_tokens_at_once(server: Running, name: str) -> None:
    client = bearer(server, granted(server, name)["access_token"])
    assert client.get().status == 200
    server.revoke(name)
    ended = client.get()
    assert ended.status == 401
    assert 'error="invalid_token"' in ended.headers["www-authenticate"]
    refused = ask(
        server, {"grant_type": "client_credentials", "client_id": name, "client_secret": server.secrets[name]}
    )
    assert (refused.status, refused.json["error"]) == (401, "invalid_client")


class RevokesFirst(Committer):
    """A writer before whose next act somebody revokes the key `course`."""

    def do(self, act: Callable[[Any, datetime], T]) -> Future[T]:
        super().do(lambda connection, at: Keys(connection).revoke("course", at)).result()
        return super().do(act)


def test_a_key_that_is_revoked_while_its_token_is_made_is_refused_like_a_wrong_one(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "record.db"))
    database.migrate()
    with database.write() as connection:
        secret = Keys(connection).add("course", authority("https://lrs.example.org", "course"), NOW)
    lrs = Lrs(database, RevokesFirst(database), Gate(database))
    asked = {"grant_type": "client_credentials", "client_id": "course", "client_secret": secret}
    nobody = Caller("", "main", "", frozenset())
    headers = {name.lower(): value for name, value in FORM.items()}
    answer = oauth.token(lrs, Call("POST", PATH, {}, headers, urlencode(asked).encode(), "1.0.3", nobody))
    assert (answer.status, b"invalid_client" in bytes(answer.body)) == (401, True)  # type: ignore[arg-type]
    lrs.close()
    database.close()


def test_a_token_is_over_after_its_hour(tmp_path: Path) -> None:
    database, at = Database(str(tmp_path / "record.db")), NOW
    database.migrate()
    with database.write() as connection:
        keys = Keys(connection)
        key = keys.check("course", keys.add("course", authority("https://example.org", "course"), NOW))
        token = keys.issue(key, key.scopes, NOW)
    gate = Gate(database, now=lambda: at)
    headers = {"authorization": f"Bearer {token}"}
    at = NOW + timedelta(seconds=TOKEN_SECONDS - 1)
    assert gate.caller(headers, "192.0.2.1").key == "course"
    at = NOW + timedelta(seconds=TOKEN_SECONDS)
    with pytest.raises(Refused) as refused:
        gate.caller(headers, "192.0.2.1")
    assert refused.value.status == 401
    database.close()


WRONG: list[tuple[Any, str | None, int, str]] = [
    ({"client_id": "NAME", "client_secret": "SECRET"}, None, 400, "invalid_request"),
    (
        {"grant_type": "password", "client_id": "NAME", "client_secret": "SECRET"},
        None,
        400,
        "unsupported_grant_type",
    ),
    ({"grant_type": "client_credentials"}, None, 400, "invalid_request"),
    ({"grant_type": "client_credentials", "client_id": "NAME"}, None, 401, "invalid_client"),
    (
        {"grant_type": "client_credentials", "client_id": "NAME", "client_secret": "x"},
        None,
        401,
        "invalid_client",
    ),
    (
        {"grant_type": "client_credentials", "client_id": "nobody", "client_secret": "x"},
        None,
        401,
        "invalid_client",
    ),
    ({"grant_type": "client_credentials"}, "Basic nonsense", 401, "invalid_client"),
    ({"grant_type": "client_credentials"}, "Bearer nonsense", 401, "invalid_client"),
    ({"grant_type": "client_credentials", "client_secret": "SECRET"}, "BASIC", 400, "invalid_request"),
    (
        {"grant_type": "client_credentials", "client_id": "NAME", "client_secret": "SECRET", "scope": "root"},
        None,
        400,
        "invalid_scope",
    ),
    (
        {
            "grant_type": "client_credentials",
            "client_id": "NAME",
            "client_secret": "SECRET",
            "scope": "profile",
        },
        None,
        400,
        "invalid_scope",
    ),
    ({"grant_type": "", "client_id": "NAME", "client_secret": "SECRET"}, None, 400, "invalid_request"),
    (b"grant_type=client_credentials&grant_type=client_credentials", None, 400, "invalid_request"),
    (b"grant_type=%FF", None, 400, "invalid_request"),
    (b'{"grant_type":"client_credentials"}', None, 400, "invalid_request"),
    (b"", None, 400, "invalid_request"),
]


@pytest.mark.parametrize(("form", "authorization", "expected", "error"), WRONG)
def test_what_is_wrong_is_told_in_the_words_of_oauth(
    server: Running, name: str, form: Any, authorization: str | None, expected: int, error: str
) -> None:
    real = {"NAME": name, "SECRET": server.secrets[name]}
    if isinstance(form, dict):
        form = {key: real.get(value, value) for key, value in form.items()}
    given = basic(name, server.secrets[name]) if authorization == "BASIC" else authorization
    reply = ask(server, form, given)
    assert (reply.status, reply.json["error"]) == (expected, error)
    assert reply.json["error_description"]
    assert reply.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in reply.headers) is (expected == 401)


def test_json_is_no_form(server: Running) -> None:
    reply = ask(server, b"{}", **{"Content-Type": "application/json"})
    assert (reply.status, reply.json["error"]) == (400, "invalid_request")


def test_guessing_secrets_for_tokens_is_locked_as_elsewhere(server: Running, name: str) -> None:
    form = {"grant_type": "client_credentials", "client_id": name, "client_secret": "wrong"}
    replies = [ask(server, form) for _ in range(11)]
    assert [reply.status for reply in replies] == [401] * 10 + [429]
    assert int(replies[-1].headers["retry-after"]) > 0
