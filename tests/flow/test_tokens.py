"""A token is renewed by one worker for all, a refresh token is sent once, and keys change under everybody's hands."""

from __future__ import annotations

import json
import multiprocessing
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlmodel import select

from gleanery.errors import ConfigError, Denied, GleaneryError, Unreachable
from gleanery.flow.granting import Grant, _end
from gleanery.flow.token_keys import TokenKeys
from gleanery.flow.tokens import SourceTokens
from gleanery.http import GuardedHttp
from gleanery.model.sources import SourceToken
from gleanery.ports import OAuthApp
from gleanery.store import Store
from gleanery.testing import NOON, Clock, Reply
from tests.fakes.signing import HOUR, Family, SignIn
from tests.prepared import put_database

HOURS = timedelta(hours=1)
Make = Callable[[], SourceTokens]


@pytest.fixture
def platform() -> Iterator[SignIn]:
    with SignIn() as made:
        yield made


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An upgraded, empty database: SQLite unless a test asks for the other (`on_both`)."""
    if getattr(request, "param", "sqlite") == "sqlite":
        put_database(tmp_path / "house.db")
        made = Store(f"sqlite:///{tmp_path / 'house.db'}")
    else:
        made = Store(request.getfixturevalue("prepared_url"))
    yield made
    made.close()


on_both = pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def app_at(platform: SignIn, *, rotates: bool = True, as_app: bool = False) -> OAuthApp:
    return OAuthApp(
        token_url=f"{platform.url}/token",
        client_id=platform.client_id,
        client_secret=SecretStr(platform.client_secret),
        rotates=rotates,
        client_credentials=as_app,
    )


@pytest.fixture
def app(platform: SignIn) -> OAuthApp:
    return app_at(platform)


@pytest.fixture
def make(store: Store, platform: SignIn, clock: Clock, tmp_path: Path) -> Make:
    """Makes the tokens of one source as another worker would."""
    keys = TokenKeys(tmp_path / "keys" / "tokens.keys")
    http = GuardedHttp(entered=[platform.host], timeout=5)
    return lambda: SourceTokens(store, "signed", keys, http, clock, tmp_path / "turns")


def signed_in(platform: SignIn, tokens: SourceTokens, store: Store) -> Family:
    """Somebody signed in just now: a grant that lasts an hour."""
    family = Family([secrets.token_urlsafe(30)], [secrets.token_urlsafe(30)])
    platform.families.append(family)
    access, refresh = SecretStr(family.access[0]), SecretStr(family.refresh[0])
    with store.write() as session:
        tokens.keep(session, Grant(access, NOON, refresh, NOON + timedelta(seconds=HOUR), ("posts.read",)))
    return family


def at_once(count: int, act: Callable[[], str]) -> tuple[list[str], list[GleaneryError]]:
    """What so many threads get that begin together, and the errors of the others."""
    gate, got, errors = threading.Barrier(count), [], []

    def one() -> None:
        gate.wait()
        try:
            got.append(act())
        except GleaneryError as error:
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got, errors


# --------------------------------------------------------------------------- one renewal for all


def test_a_good_token_is_given_without_asking_the_platform(
    make: Make, app: OAuthApp, platform: SignIn, store: Store
) -> None:
    family = signed_in(platform, make(), store)
    assert make().access(app).get_secret_value() == family.access[0]
    assert make().expires_at() == NOON + HOURS
    assert platform.asked == []


@on_both
def test_of_twenty_threads_one_renews_and_all_get_the_new_token(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock
) -> None:
    family = signed_in(platform, make(), store)
    clock.move(HOURS)
    got, errors = at_once(20, lambda: make().access(app).get_secret_value())
    assert errors == []
    assert set(got) == {family.access[1]}
    assert platform.renewals == [family.refresh[0]]


def test_a_token_that_twenty_workers_saw_refused_is_renewed_once(
    make: Make, app: OAuthApp, platform: SignIn, store: Store
) -> None:
    family = signed_in(platform, make(), store)
    got, errors = at_once(20, lambda: make().access(app, refused=family.access[0]).get_secret_value())
    assert errors == []
    assert set(got) == {family.access[1]}
    assert len(platform.renewals) == 1


def _in_a_process(
    url: str, keys: Path, turns: Path, host: str, app: OAuthApp, gate: object, told: object
) -> None:
    """One worker of another process."""
    clock = Clock()
    clock.move(HOURS)
    tokens = SourceTokens(
        Store(url), "signed", TokenKeys(keys), GuardedHttp(entered=[host], timeout=5), clock, turns
    )
    gate.wait()  # type: ignore[attr-defined]
    told.put(tokens.access(app).get_secret_value())  # type: ignore[attr-defined]


@on_both
def test_of_workers_in_several_processes_one_renews_and_all_get_the_new_token(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, tmp_path: Path
) -> None:
    family = signed_in(platform, make(), store)
    spawn = multiprocessing.get_context("spawn")
    gate, told = spawn.Barrier(3), spawn.Queue()
    url = store.engine.url.render_as_string(hide_password=False)
    places = (url, tmp_path / "keys" / "tokens.keys", tmp_path / "turns", platform.host, app)
    workers = [spawn.Process(target=_in_a_process, args=(*places, gate, told)) for _ in range(3)]
    for worker in workers:
        worker.start()
    assert {told.get(timeout=60) for _ in workers} == {family.access[1]}
    for worker in workers:
        worker.join()
    assert len(platform.renewals) == 1


@on_both
def test_workers_that_waited_for_a_renewal_that_failed_do_not_ask_the_platform_too(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock
) -> None:
    signed_in(platform, make(), store)
    clock.move(HOURS)
    all_wait = threading.Event()
    waiting = [0]
    platform.interrupt(Reply(503), when=lambda _: all_wait.wait(20))
    counted = threading.Lock()

    def ask() -> str:
        with counted:
            waiting[0] += 1
            if waiting[0] == 8:
                all_wait.set()
        return make().access(app).get_secret_value()

    got, errors = at_once(8, ask)
    assert [type(error) for error in errors] == [Unreachable] * len(errors)
    assert len(platform.renewals) == 1 + len(got)  # one failed; who came after its end tried anew
    assert len(set(platform.renewals)) <= 1 + len(got)
    assert make().access(app)


# --------------------------------------------------------------------------- a refresh token is sent once


@on_both
def test_refresh_tokens_that_rotate_are_followed(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock
) -> None:
    family = signed_in(platform, make(), store)
    for number in range(1, 4):
        clock.move(HOURS)
        assert make().access(app).get_secret_value() == family.access[number]
    assert platform.renewals == family.refresh[:3]
    assert not family.ended


def test_a_sign_in_that_the_platform_ended_is_denied_with_the_remedy_and_not_asked_for_again(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock
) -> None:
    signed_in(platform, make(), store).ended = True
    clock.move(HOURS)
    for _ in range(3):
        with pytest.raises(Denied, match="gleanery sources connect signed") as caught:
            make().access(app)
        assert caught.value.stops_source
    assert len(platform.renewals) == 1


@pytest.mark.parametrize("cut", ["cut", "half"])
def test_a_renewal_whose_answer_was_lost_is_never_repeated_with_the_same_token(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock, cut: str
) -> None:
    family = signed_in(platform, make(), store)
    clock.move(HOURS)
    platform.interrupt("cut" if cut == "cut" else "half")
    for _ in range(3):
        with pytest.raises(Denied, match="gleanery sources connect signed"):
            make().access(app)
    assert platform.renewals == family.refresh[:1]


@pytest.mark.parametrize(
    "answer",
    [
        Reply(200, b" " * (10 * 2**20 + 1)),
        Reply(200, b"no gzip", {"Content-Encoding": "gzip"}),
        Reply(200, b"[" * 200_000),
        Reply(200, {"access_token": "half\ud800"}),
    ],
    ids=["too large", "not unpackable", "too deep", "no token"],
)
def test_a_renewal_whose_answer_cannot_be_understood_is_never_repeated_either(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock, answer: Reply
) -> None:
    family = signed_in(platform, make(), store)
    clock.move(HOURS)
    platform.interrupt(answer)
    for _ in range(2):
        with pytest.raises(Denied, match="gleanery sources connect signed"):
            make().access(app)
    assert platform.renewals == family.refresh[:1]


@pytest.mark.parametrize("answer", [{"expires_in": 10**400}, {"expires_in": 0}, {}])
def test_a_renewal_that_tells_no_sensible_lifetime_is_taken(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock, answer: dict[str, int]
) -> None:
    signed_in(platform, make(), store)
    clock.move(HOURS)
    token = secrets.token_urlsafe(30)
    platform.interrupt(Reply(201, {"access_token": token, **answer}))
    assert make().access(app).get_secret_value() == token


def test_where_refresh_tokens_last_a_lost_answer_is_asked_for_again(
    make: Make, platform: SignIn, store: Store, clock: Clock
) -> None:
    platform.rotates = False
    family = signed_in(platform, make(), store)
    clock.move(HOURS)
    platform.interrupt("cut")
    with pytest.raises(Unreachable):
        make().access(app_at(platform, rotates=False))
    assert make().access(app_at(platform, rotates=False)).get_secret_value() == family.access[1]
    clock.move(HOURS)
    assert make().access(app_at(platform, rotates=False)).get_secret_value() == family.access[2]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_platform_that_cannot_just_now_keeps_the_refresh_token_good(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock, status: int
) -> None:
    family = signed_in(platform, make(), store)
    clock.move(HOURS)
    platform.interrupt(Reply(status, headers={"Retry-After": "17"}))
    with pytest.raises(Unreachable) as caught:
        make().access(app)
    assert caught.value.retry_after == 17
    assert make().access(app).get_secret_value() == family.access[1]


def test_a_platform_that_is_not_there_keeps_the_refresh_token_good(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock, tmp_path: Path
) -> None:
    family = signed_in(platform, make(), store)
    clock.move(HOURS)
    away = OAuthApp(token_url="http://127.0.0.1:9/token", client_id="app")
    http = GuardedHttp(entered=["127.0.0.1"], timeout=5)
    elsewhere = SourceTokens(
        store, "signed", TokenKeys(tmp_path / "keys" / "tokens.keys"), http, clock, tmp_path / "turns"
    )
    with pytest.raises(Unreachable, match="takes no connection"):
        elsewhere.access(away)
    assert make().access(app).get_secret_value() == family.access[1]


def test_an_app_that_is_refused_is_the_administrators_and_keeps_the_refresh_token_good(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock
) -> None:
    family = signed_in(platform, make(), store)
    clock.move(HOURS)
    right, platform.client_secret = platform.client_secret, secrets.token_hex(24)
    with pytest.raises(ConfigError, match="invalid_client"):
        make().access(app)
    platform.client_secret = right
    assert make().access(app).get_secret_value() == family.access[1]


KILLED = """
import os, signal, sys
from pathlib import Path
from pydantic import SecretStr
from gleanery.flow.token_keys import TokenKeys
from gleanery.flow.tokens import SourceTokens
from gleanery.http import GuardedHttp
from gleanery.ports import OAuthApp
from gleanery.store import Store
from gleanery.testing import Clock
from datetime import timedelta

class Dies(GuardedHttp):
    def post(self, *given, **more):
        super().post(*given, **more)
        os.kill(os.getpid(), signal.SIGKILL)

folder, url, host, client, secret = sys.argv[1:]
clock = Clock()
clock.move(timedelta(hours=1))
keys = TokenKeys(Path(folder) / "keys" / "tokens.keys")
tokens = SourceTokens(Store(url), "signed", keys, Dies(entered=[host]), clock, Path(folder) / "turns")
tokens.access(OAuthApp(token_url=f"http://{host}/token", client_id=client, client_secret=SecretStr(secret)))
"""


@on_both
def test_after_a_kill_between_answer_and_commit_nobody_sends_the_used_token_again(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock, tmp_path: Path
) -> None:
    family = signed_in(platform, make(), store)
    url = store.engine.url.render_as_string(hide_password=False)
    given = [str(tmp_path), url, platform.host, platform.client_id, platform.client_secret]
    done = subprocess.run([sys.executable, "-c", KILLED, *given])
    assert done.returncode == -9
    assert len(family.access) == 2
    clock.move(HOURS)
    got, errors = at_once(5, lambda: make().access(app).get_secret_value())
    assert got == []
    assert {type(error) for error in errors} == {Denied}
    assert platform.renewals == family.refresh[:1]
    assert not family.ended


@on_both
def test_a_sign_in_made_while_a_late_worker_renews_is_not_overwritten(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock
) -> None:
    signed_in(platform, make(), store)
    clock.move(HOURS)
    newer = Grant(SecretStr(secrets.token_hex(20)), clock(), None, None)

    def sign_in_anew(_: object) -> bool:
        with store.write() as session:
            make().keep(session, newer)
        return False

    platform.interrupt("cut", when=sign_in_anew)
    with pytest.raises(Unreachable, match="changed meanwhile"):
        make().access(app)
    assert make().access(app) == newer.access


# --------------------------------------------------------------------------- lifetimes, apps, keys


def test_a_short_lived_token_is_not_renewed_at_every_use(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, clock: Clock
) -> None:
    signed_in(platform, make(), store)
    platform.lasts = 60
    clock.move(HOURS)
    for _ in range(5):
        make().access(app)
    assert len(platform.renewals) == 1
    clock.move(timedelta(seconds=50))
    make().access(app)
    assert len(platform.renewals) == 2


@on_both
def test_an_app_that_asks_for_itself_needs_nobody(make: Make, platform: SignIn, clock: Clock) -> None:
    app = app_at(platform, as_app=True)
    got, errors = at_once(5, lambda: make().access(app).get_secret_value())
    assert (errors, len(set(got)), len(platform.asked)) == ([], 1, 1)
    clock.move(HOURS)
    assert make().access(app).get_secret_value() not in got


def test_where_nobody_signed_in_the_remedy_is_named(make: Make, app: OAuthApp) -> None:
    with pytest.raises(Denied, match=r"Nobody has signed in.*gleanery sources connect signed"):
        make().access(app)


@pytest.mark.parametrize("lasts", [None, "soon", -5, float("nan"), 1e300, True, [], "9" * 40, 10**400])
def test_a_senseless_lifetime_is_no_error(lasts: object) -> None:
    end = _end(lasts, NOON)
    assert end is None or NOON <= end <= NOON + timedelta(days=3651)


def test_a_token_whose_key_is_lost_is_told_with_the_remedy_and_no_key_is_made(
    make: Make, app: OAuthApp, platform: SignIn, store: Store, tmp_path: Path
) -> None:
    signed_in(platform, make(), store)
    path = tmp_path / "keys" / "tokens.keys"
    path.unlink()
    with pytest.raises(ConfigError, match=r"Restore the token keys.*gleanery sources connect signed"):
        make().access(app)
    assert not path.exists()
    path.write_bytes(Fernet.generate_key())
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="Restore the token keys"):
        make().access(app)


def test_keys_from_the_environment_count_newest_first(
    make: Make,
    app: OAuthApp,
    platform: SignIn,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    monkeypatch.setenv("GLEANERY_TOKEN_KEYS", old)
    family = signed_in(platform, make(), store)
    assert not (tmp_path / "keys" / "tokens.keys").exists()
    monkeypatch.setenv("GLEANERY_TOKEN_KEYS", f"{new}, {old}")
    assert make().access(app).get_secret_value() == family.access[0]
    monkeypatch.setenv("GLEANERY_TOKEN_KEYS", f"{new},{old[:-3]}")
    with pytest.raises(ConfigError) as caught:
        make().access(app)
    assert old[:-3] not in str(caught.value)


def test_nothing_of_a_grant_stands_in_the_row_or_in_what_prints_it(
    make: Make, platform: SignIn, store: Store
) -> None:
    family = signed_in(platform, make(), store)
    with store.read() as session:
        row = session.exec(select(SourceToken)).one()
    shown = json.dumps(row.model_dump(mode="json", exclude={"sealed"})) + repr(make().kept())
    for token in (*family.access, *family.refresh):
        assert token.encode() not in row.sealed
        assert token not in shown
