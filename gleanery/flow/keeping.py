"""The plugins' small key-value store, kept in the database."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from gleanery.model.record import Kept
from gleanery.model.types import derived_id
from gleanery.store import Store
from gleanery.vault import Vault


class PluginStore:
    """Values under (plugin, key) with expiry (ports.Store)."""

    def __init__(self, store: Store, plugin: str, now: Callable[[], datetime]) -> None:
        self._store, self._plugin, self.now = store, plugin, now

    def get(self, key: str) -> Any:
        """The value kept under `key`, None if absent or expired."""
        with self._store.read() as session:
            row = session.exec(select(Kept).where(Kept.plugin == self._plugin, Kept.key == key)).one_or_none()
        if row is None or (row.expires_at is not None and row.expires_at <= self.now()):
            return None
        return row.value

    def get_all(self, keys: Collection[str]) -> dict[str, Any]:
        """By key: the values kept, None for those absent or expired; in one query."""
        wanted = select(Kept.key, Kept.value, Kept.expires_at).where(
            Kept.plugin == self._plugin, col(Kept.key).in_(keys)
        )
        with self._store.read() as session:
            rows = session.exec(wanted).all()
        now = self.now()
        there = {key: value for key, value, until in rows if until is None or until > now}
        return {key: there.get(key) for key in keys}

    def put(self, key: str, value: Any, *, expires_in: timedelta | None = None) -> None:
        """Keep a JSON-able value."""
        until = self.now() + expires_in if expires_in is not None else None
        with self._store.write() as session:
            session.merge(Kept(plugin=self._plugin, key=key, value=value, expires_at=until))

    def put_all(self, session: Session, values: Mapping[str, tuple[Any, datetime | None]]) -> None:
        """Keep several, each with its end, in a transaction that is under way."""
        keys = list(values)
        query = select(Kept).where(Kept.plugin == self._plugin, col(Kept.key).in_(keys))
        there = {row.key: row for row in session.exec(query)} if keys else {}
        for key, (value, until) in values.items():
            row = there.get(key) or Kept(plugin=self._plugin, key=key, value=value)
            row.value, row.expires_at = value, until
            session.add(row)

    def forget(self, session: Session, ends: Collection[str]) -> None:
        """Forget what is kept under keys that end so, in a transaction that is under way."""
        wanted = set(ends)
        for row in session.exec(select(Kept).where(Kept.plugin == self._plugin)) if wanted else ():
            if row.key.rpartition("/")[2] in wanted:
                session.delete(row)

    def lease(self, key: str, seconds: float) -> bool:
        """Take `key` for some seconds; False if another holds it."""
        with self._store.write() as session:
            name = f"lease:{key}"
            row = session.exec(
                select(Kept).where(Kept.plugin == self._plugin, Kept.key == name)
            ).one_or_none()
            if row is not None and row.expires_at is not None and row.expires_at > self.now():
                return False
            until = self.now() + timedelta(seconds=seconds)
            session.merge(Kept(plugin=self._plugin, key=name, value=True, expires_at=until))
            return True


class PluginSecrets:
    """What a plugin keeps sealed (ports.Secrets), in its small store."""

    def __init__(self, store: PluginStore, vault: Callable[[], Vault], owner: str) -> None:
        """`owner`: whose they are; another's secret does not open."""
        self._store, self._vault, self._owner = store, vault, owner

    def get(self, name: str) -> bytes | None:
        """What is kept under a name. Raises: ConfigError where the vault's key is lost."""
        sealed = self._store.get(f"secret:{name}")
        return None if sealed is None else self._vault().open(self._row(name), b64decode(sealed))

    def put(self, name: str, secret: bytes) -> None:
        """Keep it, in the place of what was there."""
        self._store.put(f"secret:{name}", b64encode(self._vault().seal(self._row(name), secret)).decode())

    def _row(self, name: str) -> UUID:
        return derived_id("secret", self._owner, name)
