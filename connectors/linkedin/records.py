"""Records of LinkedIn into posts, and single ones asked for to learn whether they are gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from connectors._values import complaint
from connectors.linkedin.api import Api, Record
from gleanery.errors import Denied, Gone
from gleanery.model.posts import PostDraft, Vanished
from gleanery.ports import Fault, Page

Read = Callable[[Record], PostDraft | Vanished | None]


@dataclass
class Found:
    """What records said: posts, posts that are gone, and faults of single records."""

    posts: list[PostDraft] = field(default_factory=list)
    gone: list[Vanished] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def page(self, state: Mapping[str, Any], *, complete: bool) -> Page:
        """All of it as a page, with the state to go on from."""
        return Page(self.posts, state, complete=complete, gone=self.gone, faults=self.faults)

    def add(self, record: Any, read: Read, where: str) -> None:
        """Read one record; what is wrong with it is a fault."""
        try:
            found = read(checked(record))
        except ValueError as error:
            text = complaint(error) if isinstance(error, ValidationError) else str(error)
            self.faults.append(Fault(where, text))
            return
        if isinstance(found, Vanished):
            self.gone.append(found)
        elif found is not None:
            self.posts.append(found)


def checked(record: Any) -> Record:
    """The record. Raises: ValueError if it is no object."""
    if not isinstance(record, dict):
        raise ValueError("it is no object")
    return record


def read_records(elements: Sequence[Any], read: Read, id_field: str) -> Found:
    """All records of a page; faults are told by the id in `id_field`, or by position."""
    found = Found()
    for number, record in enumerate(elements, 1):
        urn = record.get(id_field) if isinstance(record, dict) else None
        named = isinstance(urn, str) and urn.startswith("urn:li:")
        found.add(record, read, str(urn)[:100] if named else f"element {number}")
    return found


def look_up(
    api: Api, path: str, params: Mapping[str, str], urns: Sequence[str], read: Read, platform: str, realm: str
) -> Found:
    """Each record by itself: still there, or gone where LinkedIn knows it no longer (404).

    One that is denied (403) is a fault: that does not say that it is gone. Raises: what stops the whole source.
    """
    found = Found()
    for urn in urns:
        try:
            found.add(api.get(f"{path}/{quote(urn, safe='')}", params, urn), read, urn)
        except Gone:
            found.gone.append(Vanished(platform=platform, realm=realm, external_id=urn))
        except Denied as error:
            if error.stops_source:
                raise
            found.faults.append(Fault(urn, "LinkedIn denies it (403), which does not say that it is gone."))
    return found
