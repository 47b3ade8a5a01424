"""Statements out: one by its id, or those that match, page by page.

Source: xAPI 1.0.3, part three (Communication), 2.1.3 and 2.1.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import format_datetime
from functools import cache
from itertools import chain

import msgspec

from xapi import formats
from xapi.actors import parse_agent
from xapi.errors import InvalidStatement
from xapi.forms import is_new_iri
from xapi.lrs import render
from xapi.lrs.http import cursors, multipart, parameters
from xapi.lrs.http.consistency import consistent_through
from xapi.lrs.http.exchange import Answer, Call, Refused
from xapi.lrs.http.lrs import Lrs
from xapi.lrs.http.versions import as_older
from xapi.lrs.links import identities_in, identity_of
from xapi.lrs.query import Filters
from xapi.lrs.scopes import READ, allows
from xapi.lrs.store import StatementStore, Stored
from xapi.model import Actor

_ONE = ("statementId", "voidedStatementId")
_SHAPE = ("format", "attachments")
_MANY = ("agent", "verb", "activity", "registration", "related_activities", "related_agents")
_RANGE = ("since", "until", "limit", "ascending")
PARAMETERS = (*_ONE, *_SHAPE, *_MANY, *_RANGE)
"""What may be asked."""

_decode_actor = msgspec.json.Decoder(Actor).decode
_SMALL = 1024 * 1024
_FEW_ROWS, _MANY_ROWS = 20, 100
"""Rows that are read together: many only after few were small, so that large ones do not fill the memory."""


def get(lrs: Lrs, call: Call) -> Answer:
    """One statement, or a page of them; with their attachments as multipart/mixed where that is asked for."""
    headers = consistent_through(lrs, call.caller.store)
    with_attachments = parameters.flag_in(call.parameters, "attachments")
    with lrs.database.read() as connection:
        store = StatementStore(connection, call.caller.store)
        written = _writer(lrs, call, store)
        if any(name in call.parameters for name in _ONE):
            found = [_one(call, store)]
            document = written(found[0])
        else:
            found, documents, more = _page(lrs, call, store, written)
            document = _result(documents, more)
    if found:
        newest = max(one.stored for one in found).replace(microsecond=0)
        headers["last-modified"] = format_datetime(newest, usegmt=True)
    if not with_attachments:
        return Answer(200, document, headers)
    boundary = multipart.new_boundary()
    headers["content-type"] = f"multipart/mixed; boundary={boundary}"
    pieces = multipart.compose(document, _attachments(lrs, call, found), boundary)
    return Answer(200, _whole_if_small(pieces), headers, holds=lrs.settings.max_body)


# ------------------------------------------------------------------ which


def _one(call: Call, store: StatementStore) -> Stored:
    """The statement that is asked for by its id. Raises: Refused (404, 400)."""
    parameters.check(call.parameters, (*_ONE, *_SHAPE))
    if all(name in call.parameters for name in _ONE):
        raise Refused(400, "statementId and voidedStatementId are asked for at once")
    wanted = parameters.uuid_in(call.parameters, "statementId")
    voided = parameters.uuid_in(call.parameters, "voidedStatementId")
    found = store.get(wanted) if wanted else store.get_voided(voided) if voided else None
    if found is None or (wanted and found.voided) or not _may_see(call, found):
        raise Refused(404, "there is no such statement")
    return found


def _may_see(call: Call, found: Stored) -> bool:
    return _sees_all(call) or identity_of(_own(call)) in identities_in(found.authority)


def _own(call: Call) -> Actor:
    return _decode_actor(call.caller.authority)


def _sees_all(call: Call) -> bool:
    return allows(call.caller.scopes, (READ,))


def _page(
    lrs: Lrs, call: Call, store: StatementStore, written: Callable[[Stored], bytes]
) -> tuple[list[Stored], list[bytes], str]:
    """The statements of one page, each also as it is asked for; and the address of the next one, if there is one.

    How large a page is shows only when it is written: one definition may belong to many small statements.
    """
    settings, mine = lrs.settings, call.caller.store
    at = cursors.place(settings.cursor_key, mine, call.parameters)
    asked = parameters.count_in(call.parameters, "limit")
    limit = min(asked or settings.max_statements, settings.max_statements)
    found: list[Stored] = []
    documents: list[bytes] = []
    size = 0
    for one in _from(store, _filters(call), at, limit + 1):
        document = written(one)
        size += len(document)
        if found and (len(found) == limit or size > settings.page_bytes):
            place = f"{settings.endpoint}/statements"
            further = cursors.more(settings.cursor_key, place, mine, call.parameters, found[-1].seq)
            return found, documents, further
        found.append(one)
        documents.append(document)
    return found, documents, ""


def _from(store: StatementStore, filters: Filters, at: int | None, most: int) -> Iterator[Stored]:
    """The matching statements from a place on, read some at a time."""
    at_once = _FEW_ROWS
    while most > 0:
        filters["limit"] = min(most, at_once)
        if at is not None and filters["ascending"]:
            filters["after_seq"] = at
        elif at is not None:
            filters["before_seq"] = at
        some = store.query(**filters)
        yield from some
        if len(some) < filters["limit"]:
            return
        at, most = some[-1].seq, most - len(some)
        at_once = _MANY_ROWS if sum(len(one.raw) for one in some) < _SMALL else _FEW_ROWS


def _filters(call: Call) -> Filters:
    given = call.parameters
    filters: Filters = {
        "verb": _iri(given, "verb"),
        "activity": _iri(given, "activity"),
        "agent": _agent(given),
        "registration": parameters.uuid_in(given, "registration"),
        "related_agents": parameters.flag_in(given, "related_agents"),
        "related_activities": parameters.flag_in(given, "related_activities"),
        "since": parameters.time_in(given, "since"),
        "until": parameters.time_in(given, "until"),
        "ascending": parameters.flag_in(given, "ascending"),
    }
    if not _sees_all(call):
        filters["authority"] = _own(call)
    return filters


def _iri(given: Mapping[str, str], name: str) -> str | None:
    iri = given.get(name)
    if iri is not None and not is_new_iri(iri):
        raise Refused(400, f"the parameter {name} is no absolute IRI")
    return iri


def _agent(given: Mapping[str, str]) -> Actor | None:
    text = given.get("agent")
    if text is None:
        return None
    try:
        return parse_agent(text)
    except InvalidStatement as error:
        message = f"the parameter agent is no Agent or identified Group: {error.message}"
        raise Refused(400, message, path=error.path, rule=error.rule) from error


# ------------------------------------------------------------------ how


def _writer(lrs: Lrs, call: Call, store: StatementStore) -> Callable[[Stored], bytes]:
    """What writes a statement as it is asked for: format, languages, version of the reader."""
    shape = parameters.format_in(call.parameters)
    languages = call.headers.get("accept-language", "")
    is_older = lrs.settings.strict_versions and call.version == "1.0.3"
    definition = cache(store.definition)

    def written(one: Stored) -> bytes:
        document = render.exact(one)
        if is_older and one.version == "2.0.0":
            document = as_older(document)
        if shape == "ids":
            return formats.ids(document)
        return formats.canonical(document, languages, definition) if shape == "canonical" else document

    return written


def _result(documents: Sequence[bytes], more: str) -> bytes:
    return b'{"statements":[' + b",".join(documents) + b'],"more":' + msgspec.json.encode(more) + b"}"


def _whole_if_small(pieces: Iterator[bytes]) -> bytes | Iterator[bytes]:
    """The pieces as one where they are not many bytes, so that the answer has a length."""
    begun: list[bytes] = []
    size = 0
    for piece in pieces:
        begun.append(piece)
        size += len(piece)
        if size > _SMALL:
            return chain(begun, pieces)
    return b"".join(begun)


def _attachments(lrs: Lrs, call: Call, found: Sequence[Stored]) -> Iterator[multipart.Sent]:
    """The files of these statements, each once, read one statement at a time while they are sent.

    No connection is held meanwhile: a slow reader keeps nobody from writing.
    """
    seen: set[str] = set()
    for one in found:
        with lrs.database.read() as connection:
            store = StatementStore(connection, call.caller.store)
            files = [
                multipart.Sent(sha2, kind, body) for sha2, kind, _, body in store.attachments_of([one.seq])
            ]
        for file in files:
            if file.sha2 not in seen:
                seen.add(file.sha2)
                yield file
