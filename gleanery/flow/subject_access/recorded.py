"""What the record keeps about a person: statements that name them in any role, documents, files, and who has copies."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session

from gleanery.flow.erasing import finding
from gleanery.flow.erasing.finding import Found, Progress
from gleanery.flow.erasing.mentions import is_named_in, only
from gleanery.flow.erasing.subject import Subject
from gleanery.flow.house import House
from gleanery.flow.record import driver, stores
from gleanery.flow.subject_access.collecting import SOMEBODY, Parts, Row
from xapi.forwarding import forgetting
from xapi.lrs.documents import Documents, is_json
from xapi.lrs.store import Attached, StatementStore


class Recorded:
    """Collects what the record keeps about one human, in one snapshot; `files` are those of their own statements."""

    def __init__(self, house: House, session: Session, subject: Subject, progress: Progress) -> None:
        self._house, self._session, self._progress = house, session, progress
        self._traces = subject.traces(house)
        self.files: dict[str, Attached] = {}

    def parts(self) -> Parts:
        """Statements, documents and recipients."""
        found = list(finding.naming(self._house, self._session, self._traces, self._progress))
        return {
            "statements": [self._statement(one) for one in found],
            "documents": list(self._documents()),
            "recipients": self._recipients(found),
        }

    def _statement(self, one: Found) -> Row:
        """A statement with its roles; the files of their own come along, those of others do not."""
        statements = StatementStore(driver(self._session), one.store)
        stored = statements.get(one.id)
        if stored is None:
            return {"id": one.id, "store": one.store}
        if one.is_own:
            for file in statements.attachments_of([one.seq]):
                self.files.setdefault(f"attachments/{file.sha2}", file)
        told = json.loads(only(stored.raw, self._may_be_seen, self._home, SOMEBODY))
        return {
            "id": one.id,
            "store": one.store,
            "roles": [place.value for place in one.places],
            "stored": stored.stored,
            "voided": stored.voided,
            "statement": told if one.is_own else self._about_them(told),
        }

    def _about_them(self, told: Row) -> Row:
        """Of somebody else's statement what is about the person: never its result, nor the files."""
        result, context = told.pop("result", {}), told.get("context", {})
        for holder in (result, context):
            holder["extensions"] = self._naming(holder.get("extensions", {}))
        told["result"] = self._naming({"response": result.get("response", "")}) | result["extensions"]
        for name in ("attachments", "authority"):
            told.pop(name, None)
        return told

    def _naming(self, members: Row) -> Row:
        return {key: value for key, value in members.items() if is_named_in(value, self._traces)}

    @property
    def _home(self) -> str:
        return self._house.organisation.bridge_home

    def _may_be_seen(self, identity: str) -> bool:
        """Whether an identity is the person's own, or that of a machine of this house."""
        return identity.startswith(f"account {self._home} ") or self._traces.know(identity)

    def _recipients(self, found: Sequence[Found]) -> list[Row]:
        connection = driver(self._session)
        return [
            {"target": holder.target, "statements": len(holder.ids)}
            for store in stores(self._session)
            for holder in forgetting.holders(
                connection, [one.id for one in found if one.store == store], store=store
            )
        ]

    def _documents(self) -> Iterator[Row]:
        connection = driver(self._session)
        for store in stores(self._session):
            for agent in finding.documented_in(self._session, store, self._traces):
                for place, name, kept in Documents(connection, store).of_agent(agent):
                    yield {
                        "store": store,
                        "kind": place.kind,
                        "activity": place.activity,
                        "registration": place.registration,
                        "agent": agent,
                        "id": name,
                        "type": kept.type,
                        "updated": kept.updated,
                        "content": _readable(kept.content, kept.type),
                    }


def _readable(content: bytes, media_type: str) -> Any:
    if is_json(media_type):
        return json.loads(content)
    try:
        return content.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode("ascii")}
