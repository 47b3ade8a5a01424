"""The keys of the tokens are changed: a new one first, every token encrypted anew, then the old one goes.

At every moment each token opens with the keys that are there, so it may be killed at any time and run again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlmodel import Session, col, select

from gleanery.flow.house import House
from gleanery.flow.token_keys import TokenKeys, hold_ring, new_key
from gleanery.leases import held
from gleanery.model.sources import SourceToken

BATCH = 200

Progress = Callable[[int], object]


@dataclass(frozen=True)
class Rotated:
    """What was done. `unreadable`: tokens that no key here opens; `retired`: keys that no token needs any more.

    `resumed`: a rotation that was cut off was finished, no further key was made.
    """

    encrypted_anew: int = 0
    unreadable: int = 0
    retired: int = 0
    resumed: bool = False
    busy: bool = False


def rotate(house: House, by: str, progress: Progress = lambda _count: None) -> Rotated:
    """Encrypt every token under the newest key, a new one unless a rotation was cut off, and retire the others.

    Keys in the environment are only an administrator's to add and take away: there the first one counts.
    Raises: ConfigError.
    """
    with held(house.store, "token keys", house.now) as lease:
        if lease is None:
            return Rotated(busy=True)
        resumed = _begin(house)
        anew = _encrypt_all(house, progress)
        unreadable, retired = _retire(house)
        with house.change() as change:
            actor = f"person:{house.person(change.session, by)}"
            change.audit(
                "token_keys.rotated", actor, "token keys", encrypted_anew=anew, unreadable=unreadable
            )
    house.store.forget_log()
    return Rotated(anew, unreadable, retired, resumed)


def _begin(house: House) -> bool:
    """Put a new key before the others; True where one that is not yet alone stands there already."""
    keys = house.token_keys
    if keys.in_environment:
        return False
    keys.make()
    with house.store.write() as session:
        hold_ring(session, alone=True)
        known = keys.listed()
        if len(known) > 1:
            return True
        keys.replace([new_key(), *known])
    return False


def _encrypt_all(house: House, progress: Progress) -> int:
    """Encrypt every token under the newest key, batch by batch; how many were not."""
    total, after = 0, ""
    while True:
        with house.store.write() as session:
            hold_ring(session)
            rows = session.exec(
                select(SourceToken)
                .where(col(SourceToken.source) > after)
                .order_by(col(SourceToken.source))
                .limit(BATCH)
                .with_for_update()
            ).all()
            total += sum(_encrypt(house.token_keys, session, rows))
        progress(len(rows))
        if len(rows) < BATCH:
            return total
        after = rows[-1].source


def _encrypt(keys: TokenKeys, session: Session, rows: Sequence[SourceToken]) -> list[bool]:
    """Whether each token had to be encrypted anew; one that no key opens is left as it is."""
    newest, ring = Fernet(keys.listed()[0]), keys.ring()
    return [_encrypt_one(newest, ring, session, row) for row in rows]


def _encrypt_one(newest: Fernet, ring: MultiFernet, session: Session, row: SourceToken) -> bool:
    if _opens(newest, row.sealed):
        return False
    try:
        row.sealed = ring.rotate(row.sealed)
    except InvalidToken:
        return False
    session.add(row)
    return True


def _opens(key: Fernet | MultiFernet, sealed: bytes) -> bool:
    try:
        key.decrypt(sealed)
    except InvalidToken:
        return False
    return True


def _retire(house: House) -> tuple[int, int]:
    """Take away every key but the newest, unless a token still needs one: (unreadable tokens, keys retired).

    Nobody writes a token meanwhile: one written with an old key would be lost with it.
    """
    keys = house.token_keys
    with house.store.write() as session:
        hold_ring(session, alone=True)
        known = keys.listed()
        newest, ring = Fernet(known[0]), keys.ring()
        others = [sealed for sealed in session.exec(select(SourceToken.sealed)) if not _opens(newest, sealed)]
        if any(_opens(ring, sealed) for sealed in others):
            return len(others), 0
        if not keys.in_environment and len(known) > 1:
            keys.replace(known[:1])
    return len(others), len(known) - 1
