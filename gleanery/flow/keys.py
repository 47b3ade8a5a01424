"""The keys of a record store: of the house's own, where each change is an audit entry, or of one alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from gleanery.errors import BadInput, Gone
from gleanery.flow.change import Change
from gleanery.flow.house import House
from gleanery.flow.record import driver
from xapi.actors import parse_agent
from xapi.errors import BadKey, InvalidStatement, XapiError
from xapi.lrs.database import Database
from xapi.lrs.keys import Key, Keys, authority
from xapi.lrs.scopes import DEFAULT, scopes_in

T = TypeVar("T")

ALONE_HOME = "http://localhost/xapi"
"""The address that authorities are accounts of where a store stands alone and nothing says another."""

_REMEDY = "`gleanery lrs keys list` shows the keys, `gleanery lrs keys add --help` what one is made of."


@dataclass(frozen=True)
class Wanted:
    """A key that is to be made. `authority` is the JSON of an Agent, else the account of the name at `home`."""

    name: str
    store: str
    scopes: frozenset[str]
    home: str | None = None
    authority: str | None = None

    def vouching(self, home: str) -> str:
        """The JSON of the agent that vouches for its statements."""
        return self.authority or authority(self.home or home, self.name)


class Ring(Protocol):
    """The keys of one database."""

    def add(self, wanted: Wanted) -> tuple[Key, str]:
        """The new key and its secret, which is told only here. Raises: BadInput where it cannot be made."""

    def revoke(self, name: str) -> Key:
        """The key, which opens nothing any more. Raises: BadInput where there is none of this name."""

    def listed(self) -> list[Key]:
        """All keys by name, revoked ones too."""


def wanted(
    name: str, store: str, scopes: Iterable[str], home: str | None = None, authority: str | None = None
) -> Wanted:
    """A key that is to be made, checked as far as that goes without a database. Raises: BadInput."""
    try:
        if authority is not None and parse_agent(authority).object_type == "Group":
            raise BadInput("The authority is a Group.", remedy="Give one Agent, as JSON.")
        return Wanted(name, store, scopes_in(scopes) or DEFAULT, home, authority)
    except InvalidStatement as error:
        raise BadInput(f"The authority is no Agent: {error}.", remedy="Give one Agent, as JSON.") from error
    except ValueError as error:
        raise BadInput(f"The key: {error}.", remedy=_REMEDY) from error


class HouseKeys:
    """The keys of the house's own record, as `by` makes and revokes them."""

    def __init__(self, house: House, by: str) -> None:
        self._house, self._by = house, by

    def add(self, wanted: Wanted) -> tuple[Key, str]:
        house = self._house
        authority = wanted.vouching(house.config.lrs.public_url or house.organisation.bridge_home)

        def made(keys: Keys, change: Change) -> tuple[Key, str]:
            told = _added(keys, wanted, authority, change.at)
            scopes = sorted(wanted.scopes)
            change.audit(
                "key.added", self._actor(change), f"key:{wanted.name}", store=wanted.store, scopes=scopes
            )
            return told

        return self._changed(made)

    def revoke(self, name: str) -> Key:
        def revoked(keys: Keys, change: Change) -> Key:
            was_open = any(key.name == name and key.revoked is None for key in keys.list())
            ended = keys.revoke(name, change.at)
            if was_open:
                change.audit("key.revoked", self._actor(change), f"key:{name}", store=ended.store)
            return ended

        return self._changed(revoked)

    def listed(self) -> list[Key]:
        with self._house.store.read() as session:
            return Keys(driver(session)).list()

    def _actor(self, change: Change) -> str:
        return f"person:{self._house.person(change.session, self._by)}"

    def _changed(self, act: Callable[[Keys, Change], T]) -> T:
        with _told(), self._house.change() as change:
            return act(Keys(driver(change.session)), change)


class StoreKeys:
    """The keys of a record store that stands alone: a SQLite file or a postgresql:// address."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, wanted: Wanted) -> tuple[Key, str]:
        with _told(), self._database.write() as connection:
            return _added(Keys(connection), wanted, wanted.vouching(ALONE_HOME), datetime.now(UTC))

    def revoke(self, name: str) -> Key:
        with _told(), self._database.write() as connection:
            return Keys(connection).revoke(name, datetime.now(UTC))

    def listed(self) -> list[Key]:
        with _told(), self._database.read() as connection:
            return Keys(connection).list()


@contextmanager
def store_keys(address: str) -> Iterator[StoreKeys]:
    """The keys of the store at this address. Raises: Gone where the file is not there."""
    with _told():
        database = Database(address)
    path = Path(address.removeprefix("sqlite:///"))
    if database.kind == "sqlite" and not path.is_file():
        raise Gone(f"There is no record store at {path}.", remedy="`gleanery lrs serve --store` makes one.")
    try:
        with _told():
            database.migrate()
        yield StoreKeys(database)
    finally:
        database.close()


def _added(keys: Keys, wanted: Wanted, authority: str, at: datetime) -> tuple[Key, str]:
    secret = keys.add(wanted.name, authority, at, wanted.store, wanted.scopes)
    return Key(wanted.name, wanted.store, authority, wanted.scopes, at), secret


@contextmanager
def _told() -> Iterator[None]:
    """The library's errors in the house's words."""
    try:
        yield
    except BadKey as error:
        raise BadInput(f"The key: {error}.", remedy=_REMEDY) from error
    except XapiError as error:
        raise BadInput(f"The record store cannot be used: {error}.", remedy="Check --store.") from error
