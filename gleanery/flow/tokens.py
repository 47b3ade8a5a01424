"""Tokens of sources: kept encrypted, renewed by one worker for all (ports.Tokens).

A refresh token that is good for one renewal is taken out of the database before it is sent. So no worker can send it
a second time: not one that was late, and not the one after a kill. What the kill costs is a new sign-in.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.fernet import InvalidToken
from pydantic import SecretStr
from sqlmodel import Session, select

from gleanery.errors import ConfigError, Denied, GleaneryError, Unreachable
from gleanery.flow.granting import Grant, ask_as_app, renew
from gleanery.flow.token_keys import TokenKeys, hold_ring
from gleanery.flow.turns import alone, in_turn
from gleanery.leases import held
from gleanery.model.sources import SourceToken
from gleanery.ports import Http, OAuthApp
from gleanery.store import Store

SOON = 5.0
"""Seconds after which a worker comes back that found another one at the renewal, and no new token after it."""


class Kept(NamedTuple):
    """A grant as it is kept, and how often it was changed."""

    grant: Grant
    number: int


class SourceTokens:
    """The token of one source. `turns` is a folder in which the workers of one machine wait for each other."""

    def __init__(
        self,
        store: Store,
        source: str,
        keys: TokenKeys,
        http: Http,
        now: Callable[[], datetime],
        turns: Path,
    ) -> None:
        self._store, self._source, self._keys, self._http, self._now = store, source, keys, http, now
        self._turn = turns / f"token-{source}.lock"

    def access(self, app: OAuthApp, *, refused: str = "") -> SecretStr:
        """A token good for some minutes; see ports.Tokens."""
        return (self._good(refused) or self._renewed(app, refused)).access

    def expires_at(self) -> datetime | None:
        """When the kept token runs out."""
        with self._store.read() as session:
            return session.exec(
                select(SourceToken.expires_at).where(SourceToken.source == self._source)
            ).one_or_none()

    def kept(self) -> Kept | None:
        """What is kept. Raises: ConfigError where it does not open with the keys that are here."""
        for last in (False, True):
            with self._store.read() as session:
                row = session.exec(
                    select(SourceToken).where(SourceToken.source == self._source)
                ).one_or_none()
            if row is None:
                return None
            try:
                return Kept(_opened(self._keys, row), row.number)
            except InvalidToken as error:
                if last:  # the first time it may have been encrypted anew between the two readings
                    raise _lost_keys(self._source, self._keys) from error
        return None

    def keep(self, session: Session, grant: Grant, *, after: int | None = None) -> None:
        """Keep a grant in place of the one before.

        `after`: only if that was the kept number; Raises: Unreachable where somebody else changed it since.
        """
        hold_ring(session)
        row = _locked(session, self._source)
        number = row.number if row else 0
        if after is not None and number != after:
            raise Unreachable(
                f"The sign-in for {self._source!r} changed meanwhile.", retry_after=SOON, stops_source=True
            )
        self._keys.make()
        row = row or SourceToken(source=self._source, sealed=b"", got_at=grant.got_at)
        row.sealed = self._keys.ring().encrypt(json.dumps(grant.as_json()).encode())
        row.expires_at, row.got_at = grant.expires_at, grant.got_at
        row.number = (
            number + 1 if number else 1 + secrets.randbelow(2**30)
        )  # never one of a sign-in before it
        session.add(row)

    def forget(self, session: Session) -> bool:
        """Delete the token; whether there was one."""
        row = _locked(session, self._source)
        if row is not None:
            session.delete(row)
        return row is not None

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """No worker of this machine renews the token meanwhile; one that is at it is waited for."""
        with alone(self._turn):
            yield

    # ------------------------------------------------------------------ renewing

    def _good(self, refused: str) -> Grant | None:
        kept = self.kept()
        if kept is None or (refused and kept.grant.access.get_secret_value() == refused):
            return None
        return kept.grant if kept.grant.is_good_at(self._now()) else None

    def _renewed(self, app: OAuthApp, refused: str) -> Grant:
        """A new grant: asked for by the first that comes; the others wait, and take what it got."""
        with in_turn(self._turn) as is_first:
            if not is_first:
                return self._got_by_another(app, refused)
            with held(self._store, f"token:{self._source}", self._now) as lease:
                if lease is None:
                    return self._got_by_another(app, refused)
                return self._good(refused) or self._asked(app)

    def _got_by_another(self, app: OAuthApp, refused: str) -> Grant:
        good = self._good(refused)
        if good is not None:
            return good
        if not app.client_credentials:
            self._renewable()
        raise Unreachable(
            f"Another worker tries to renew the token of {self._source!r}.",
            retry_after=SOON,
            stops_source=True,
        )

    def _asked(self, app: OAuthApp) -> Grant:
        if app.client_credentials:
            kept = self.kept()
            grant = ask_as_app(self._http, app, self._now())
            return self._settled(grant, kept.number if kept else 0)
        kept = self._renewable()
        if not app.rotates:
            return self._settled(self._by_lasting_token(app, kept), kept.number)
        return self._by_passing_token(app, kept)

    def _by_lasting_token(self, app: OAuthApp, kept: Kept) -> Grant:
        try:
            return renew(self._http, app, kept.grant, self._now())
        except Denied as error:
            self._settled(replace(kept.grant, refresh=None), kept.number)
            raise self._denied(error.message) from error

    def _by_passing_token(self, app: OAuthApp, kept: Kept) -> Grant:
        """Renew with a refresh token that is out of the database before it leaves; back where it was not used."""
        self._settled(replace(kept.grant, refresh=None), kept.number)
        sent = kept.number + 1
        try:
            grant = renew(self._http, app, kept.grant, self._now())
        except Denied as error:
            raise self._denied(error.message) from error
        except Unreachable as error:
            if error.in_doubt:
                raise self._denied("The answer to a renewal was lost, and it cannot be repeated.") from error
            self._settled(kept.grant, sent)
            raise
        except GleaneryError:
            self._settled(kept.grant, sent)
            raise
        return self._settled(grant, sent)

    def _settled(self, grant: Grant, after: int) -> Grant:
        with self._store.write() as session:
            self.keep(session, grant, after=after)
        return grant

    def _renewable(self) -> Kept:
        """What is kept, if it can be renewed. Raises: Denied."""
        kept = self.kept()
        if kept is None:
            raise self._denied(f"Nobody has signed in for {self._source!r}.")
        if kept.grant.refresh is None:
            raise self._denied(f"The sign-in for {self._source!r} has run out, or its renewal was cut off.")
        return kept

    def _denied(self, message: str) -> Denied:
        remedy = f"Sign in: gleanery sources connect {self._source}"
        return Denied(message, remedy=remedy, stops_source=True)


# --------------------------------------------------------------------------- rows


def _locked(session: Session, source: str) -> SourceToken | None:
    return session.exec(
        select(SourceToken).where(SourceToken.source == source).with_for_update()
    ).one_or_none()


def _opened(keys: TokenKeys, row: SourceToken) -> Grant:
    try:
        ring = keys.ring()
    except ConfigError as error:
        raise _lost_keys(row.source, keys) from error
    return Grant.from_json(json.loads(ring.decrypt(row.sealed)))


def _lost_keys(source: str, keys: TokenKeys) -> ConfigError:
    return ConfigError(
        f"The token of {source!r} does not open with the keys in {keys.place}.",
        remedy=f"Restore the token keys from your copy of them, or sign in again: gleanery sources connect {source}",
        stops_source=True,
    )
