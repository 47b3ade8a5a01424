"""State, agent profile and activity profile: documents by place and id.

All three work alike: GET and DELETE with an id speak of one document, without of all ids there (DELETE: of
state only); PUT replaces, POST merges JSON objects. Every change is made by the one writer, after it has
looked at what is there.
Source: xAPI 1.0.3, part three (Communication), 2.2, 2.3, 2.6, 2.7.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

import msgspec

from xapi.errors import InvalidStatement, NotMergeable
from xapi.lrs.documents import Documents, Place, check_json, is_json
from xapi.lrs.http import preconditions
from xapi.lrs.http.exchange import Answer, Call, Refused
from xapi.lrs.http.lrs import Committing, Lrs
from xapi.lrs.http.parameters import time_in, uuid_in
from xapi.lrs.http.subjects import activity_in, agent_in, text_in
from xapi.lrs.links import identity_of

_BYTES = "application/octet-stream"
_IN_A_HEADER = re.compile(r"[\x20-\x7e\xa0-\xff]{1,255}")
"""What a form of the alternate request syntax says is no header yet: it may have lines, and any letters."""

_DONE = Answer(204)


def _state(call: Call) -> Place:
    registration = uuid_in(call.parameters, "registration")
    given = str(registration) if registration is not None else ""
    return Place("state", activity_in(call), identity_of(agent_in(call)), given)


def _agent_profile(call: Call) -> Place:
    return Place("agent", agent=identity_of(agent_in(call)))


def _activity_profile(call: Call) -> Place:
    return Place("activity", activity=activity_in(call))


@dataclass(frozen=True)
class DocumentResource:
    """One of the three resources: where a call's documents are, and what the parameter with their id is called."""

    place: Callable[[Call], Place]
    id_parameter: str
    deletes_all: bool = False

    def get(self, lrs: Lrs, call: Call) -> Answer:
        """One document, or without an id the ids of all in this place."""
        place = self.place(call)
        if self.id_parameter not in call.parameters:
            return _ids(lrs, call, place)
        name, since = text_in(call, self.id_parameter), call.parameters.get("since")
        if since is not None:
            raise Refused(
                400, f"the parameter since is for lists of ids, not together with {self.id_parameter}"
            )
        with lrs.database.read() as connection:
            found = Documents(connection, call.caller.store).get(place, name)
        if found is None:
            raise Refused(404, "there is no document of this id here")
        headers = {"content-type": found.type, "etag": f'"{found.etag}"', **_last_modified(found.updated)}
        return Answer(200, found.content, headers)

    def put(self, lrs: Lrs, call: Call) -> Committing:
        """Keeps a document in place of what was there."""
        place, name, media_type = self.place(call), text_in(call, self.id_parameter), _media_type(call)
        if is_json(media_type):
            _check_json(call.body)

        def put(documents: Documents, at: datetime) -> None:
            preconditions.check_put(call, documents.get(place, name), is_state=place.kind == "state")
            documents.put(place, name, call.body, media_type, at)

        return _written(lrs, call, put)

    def post(self, lrs: Lrs, call: Call) -> Committing:
        """Merges a JSON object into a document."""
        place, name, media_type = self.place(call), text_in(call, self.id_parameter), _media_type(call)

        def merge(documents: Documents, at: datetime) -> None:
            preconditions.check(call, documents.get(place, name))
            try:
                documents.merge(place, name, call.body, media_type, at, lrs.settings.max_body)
            except NotMergeable as error:
                raise Refused(400, str(error)) from error

        return _written(lrs, call, merge)

    def delete(self, lrs: Lrs, call: Call) -> Committing:
        """Removes one document, or without an id, where the resource allows it, all in this place."""
        place = self.place(call)
        if self.deletes_all and self.id_parameter not in call.parameters:
            return _written(lrs, call, lambda documents, _: documents.delete(place))
        name = text_in(call, self.id_parameter)

        def delete(documents: Documents, _: datetime) -> None:
            preconditions.check(call, documents.get(place, name))
            documents.delete(place, name)

        return _written(lrs, call, delete)


STATE = DocumentResource(_state, "stateId", deletes_all=True)
AGENT_PROFILE = DocumentResource(_agent_profile, "profileId")
ACTIVITY_PROFILE = DocumentResource(_activity_profile, "profileId")


def _ids(lrs: Lrs, call: Call, place: Place) -> Answer:
    since = time_in(call.parameters, "since")
    with lrs.database.read() as connection:
        names, updated = Documents(connection, call.caller.store).names(place, since)
    headers = {"content-type": "application/json", **(_last_modified(updated) if updated else {})}
    return Answer(200, msgspec.json.encode(names), headers)


def _written(lrs: Lrs, call: Call, act: Callable[[Documents, datetime], object]) -> Committing:
    store = call.caller.store

    def do(connection: Any, at: datetime) -> object:
        documents = Documents(connection, store)
        documents.lock()
        return act(documents, at)

    return Committing(lrs.committer.do(do), _DONE)


def _media_type(call: Call) -> str:
    """The type that will be sent back. Raises: Refused (400) where no header can hold it."""
    given = call.headers.get("content-type", "").strip() or _BYTES
    if not _IN_A_HEADER.fullmatch(given):
        raise Refused(400, "the Content-Type is no media type", rule="content-type")
    return given


def _check_json(content: bytes) -> None:
    try:
        check_json(content)
    except InvalidStatement as error:
        raise Refused(400, f"the document is no valid JSON: {error.message}", rule=error.rule) from error


def _last_modified(at: datetime) -> dict[str, str]:
    return {"last-modified": format_datetime(at, usegmt=True)}
