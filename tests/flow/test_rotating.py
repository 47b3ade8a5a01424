"""The keys of the tokens change: at no moment is there a token that no key opens."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr
from sqlmodel import col, select

from gleanery.flow.granting import Grant
from gleanery.flow.house import House
from gleanery.flow.rotating import Rotated, rotate
from gleanery.leases import held
from gleanery.model.record import Entry
from gleanery.model.sources import SourceToken
from gleanery.testing import NOON
from tests.house import make_house

ROOT = Path(__file__).resolve().parents[2]


def with_tokens(folder: Path, count: int) -> House:
    """A house with so many tokens."""
    house = make_house(folder)
    with house.store.write() as session:
        house.tokens("s-00000").keep(session, Grant(SecretStr("first-of-all"), NOON))
        ring = house.token_keys.ring()
        rows = [
            {"source": f"s-{number:05}", "sealed": ring.encrypt(_clear(number)), "number": 1, "got_at": NOON}
            for number in range(1, count)
        ]
        if rows:
            session.execute(SourceToken.__table__.insert(), rows)  # type: ignore[attr-defined]
    return house


def _clear(number: int) -> bytes:
    return json.dumps(Grant(SecretStr(f"token-{number:05}"), NOON).as_json()).encode()


def readable(house: House) -> int:
    """How many tokens open."""
    with house.store.read() as session:
        names = session.exec(select(SourceToken.source)).all()
    return sum(house.tokens(name).kept() is not None for name in names)


def test_every_token_is_encrypted_anew_and_the_old_key_goes(tmp_path: Path) -> None:
    house = with_tokens(tmp_path, 450)
    [old] = house.token_keys.listed()
    assert rotate(house, "lead") == Rotated(encrypted_anew=450, retired=1)
    [new] = house.token_keys.listed()
    assert old != new
    assert house.token_keys.path.stat().st_mode & 0o777 == 0o600
    assert readable(house) == 450
    with house.store.read() as session:
        sealed = session.exec(select(SourceToken.sealed)).first()
        told = session.exec(select(Entry).where(Entry.action == "token_keys.rotated")).one()
    assert json.loads(told.detail) == {"encrypted_anew": 450, "unreadable": 0}
    with pytest.raises(InvalidToken):
        Fernet(old).decrypt(sealed or b"")


def test_one_that_was_cut_off_is_finished_without_a_further_key(tmp_path: Path) -> None:
    house = with_tokens(tmp_path, 3)
    [old] = house.token_keys.listed()
    begun = Fernet.generate_key().decode()
    house.token_keys.replace([begun, old])
    assert rotate(house, "lead") == Rotated(encrypted_anew=3, retired=1, resumed=True)
    assert house.token_keys.listed() == [begun]


def test_a_token_that_no_key_opens_is_told_and_stops_nothing(tmp_path: Path) -> None:
    house = with_tokens(tmp_path, 3)
    stranger = Fernet(Fernet.generate_key()).encrypt(b"{}")
    with house.store.write() as session:
        row = session.exec(select(SourceToken).where(SourceToken.source == "s-00001")).one()
        row.sealed = stranger
        session.add(row)
    assert rotate(house, "lead") == Rotated(encrypted_anew=2, unreadable=1, retired=1)
    assert len(house.token_keys.listed()) == 1


def test_keys_in_the_environment_are_left_to_the_administrator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    monkeypatch.setenv("GLEANERY_TOKEN_KEYS", old)
    house = with_tokens(tmp_path, 3)
    monkeypatch.setenv("GLEANERY_TOKEN_KEYS", f"{new},{old}")
    assert rotate(house, "lead") == Rotated(encrypted_anew=3, retired=1)
    monkeypatch.setenv("GLEANERY_TOKEN_KEYS", new)
    assert readable(house) == 3
    assert not house.token_keys.path.exists()


def test_two_at_once_are_one(tmp_path: Path) -> None:
    house = with_tokens(tmp_path, 1)
    with held(house.store, "token keys", house.now) as lease:
        assert lease is not None
        assert rotate(house, "lead").busy
    assert not rotate(house, "lead").busy


def test_tokens_kept_while_the_keys_change_open_afterwards(tmp_path: Path) -> None:
    house = with_tokens(tmp_path, 600)
    stop, faults = threading.Event(), []

    def sign_in() -> None:
        number = 0
        while not stop.is_set():
            name, number = f"new-{number % 20}", number + 1
            try:
                with house.store.write() as session:
                    house.tokens(name).keep(session, Grant(SecretStr(f"token-{number}-of-it"), NOON))
                assert house.tokens(name).kept() is not None
            except Exception as error:
                faults.append(error)
                return

    worker = threading.Thread(target=sign_in)
    worker.start()
    for _ in range(4):
        rotate(house, "lead")
    stop.set()
    worker.join()
    assert faults == []
    with house.store.read() as session:
        names = session.exec(select(SourceToken.source).where(col(SourceToken.source).like("new-%"))).all()
    assert len(names) > 0
    assert readable(house) == 600 + len(names)


def killed(folder: Path, tokens: int, kills: int, seed: int) -> list[dict[str, int]]:
    """What was left after each kill, and at the end."""
    with_tokens(folder, tokens).close()
    command = [
        sys.executable,
        "-m",
        "tests.flow.rotating",
        str(folder / "config.yaml"),
        str(kills),
        str(seed),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(left: list[dict[str, int]], tokens: int, kills: int) -> None:
    assert [one["open"] for one in left] == [tokens] * (kills + 1)
    assert {one["keys"] for one in left[:-1]} <= {1, 2}
    assert 2 in {one["keys"] for one in left}, "no kill fell into the work"
    assert left[-1]["keys"] == 1


def test_tokens_stay_readable_under_kills(tmp_path: Path) -> None:
    check(killed(tmp_path, 1_500, 5, seed=1), 1_500, 5)


@pytest.mark.proof
def test_ten_thousand_tokens_stay_readable_under_thirty_kills(tmp_path: Path) -> None:
    check(killed(tmp_path, 10_000, 30, seed=2), 10_000, 30)
