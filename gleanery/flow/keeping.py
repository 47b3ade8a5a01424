"""The plugins' small key-value store, kept in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from gleanery.model.record import Kept
from gleanery.store import Store


class PluginStore:
    """Values under (plugin, key) with expiry (ports.Store)."""

    def __init__(self, store: Store, plugin: str, now: Callable[[], datetime]) -> None:
        self._store, self._plugin, self._now = store, plugin, now

    def get(self, key: str) -> Any:
        """The value kept under `key`, None if absent or expired."""
        with self._store.read() as session:
            row = session.exec(select(Kept).where(Kept.plugin == self._plugin, Kept.key == key)).one_or_none()
        if row is None or (row.expires_at is not None and row.expires_at <= self._now()):
            return None
        return row.value

    def put(self, key: str, value: Any, *, expires_in: timedelta | None = None) -> None:
        """Keep a JSON-able value."""
        until = self._now() + expires_in if expires_in is not None else None
        with self._store.write() as session:
            session.merge(Kept(plugin=self._plugin, key=key, value=value, expires_at=until))

    def lease(self, key: str, seconds: float) -> bool:
        """Take `key` for some seconds; False if another holds it."""
        with self._store.write() as session:
            name = f"lease:{key}"
            row = session.exec(
                select(Kept).where(Kept.plugin == self._plugin, Kept.key == name)
            ).one_or_none()
            if row is not None and row.expires_at is not None and row.expires_at > self._now():
                return False
            until = self._now() + timedelta(seconds=seconds)
            session.merge(Kept(plugin=self._plugin, key=name, value=True, expires_at=until))
            return True
