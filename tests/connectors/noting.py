"""Which fields of recorded answers a connector reads: what it leaves unread must be listed, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from gleanery.http import GuardedHttp


class Notes:
    """The fields that answers had and those that were looked at, as paths without indexes."""

    def __init__(self) -> None:
        self.had: set[str] = set()
        self.read: set[str] = set()

    @property
    def unread(self) -> set[str]:
        """The names of fields that nobody looked at, without what lies within such a field."""
        left = self.had - self.read
        outermost = {one for one in left if not any(one.startswith(f"{other}.") for other in left)}
        return {one.rpartition(".")[2] for one in outermost}


class _Noting(dict[str, Any]):
    """An object of an answer that notes which of its fields are looked at."""

    def __init__(self, values: Mapping[str, Any], path: str, notes: Notes) -> None:
        super().__init__({key: _noting(one, f"{path}.{key}", notes) for key, one in values.items()})
        self._path, self._notes = path, notes
        notes.had.update(f"{path}.{key}" for key in values)

    def __getitem__(self, key: str) -> Any:
        self._notes.read.add(f"{self._path}.{key}")
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._notes.read.add(f"{self._path}.{key}")
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._notes.read.add(f"{self._path}.{key}")
        return super().get(key, default)


def _noting(value: Any, path: str, notes: Notes) -> Any:
    if isinstance(value, dict):
        return _Noting(value, path, notes)
    if isinstance(value, list):
        return [_noting(one, path, notes) for one in value]
    return value


class NotingHttp(GuardedHttp):
    """A guarded session that notes what is read of the JSON it brings."""

    def __init__(self, host: str) -> None:
        super().__init__(entered=[host])
        self.notes = Notes()

    def get(self, url: str, **given: Any) -> requests.Response:
        response = super().get(url, **given)
        noted = _Noted()
        noted.__dict__.update(response.__dict__)
        noted.notes = self.notes
        return noted


class _Noted(requests.Response):
    notes: Notes

    def json(self, **_: Any) -> Any:
        return _noting(super().json(), "", self.notes)
