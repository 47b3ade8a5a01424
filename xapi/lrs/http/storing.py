"""Statements in: PUT one, POST many.

Source: xAPI 1.0.3, part three (Communication), 2.1.1 and 2.1.2.
"""

from __future__ import annotations

from uuid import UUID, uuid4

import msgspec
from msgspec import UNSET

from xapi.lrs.http import parameters
from xapi.lrs.http.attachments import Received, received
from xapi.lrs.http.exchange import Answer, Call, Refused
from xapi.lrs.http.lrs import Committing, Lrs
from xapi.lrs.prepared import Prepared, prepare
from xapi.lrs.scopes import DEFINE, allows
from xapi.statements import Built

_encode = msgspec.json.Encoder().encode


def put(lrs: Lrs, call: Call) -> Committing:
    """Stores one statement under the id of the parameter; the same once more changes nothing."""
    wanted = parameters.uuid_in(call.parameters, "statementId")
    if wanted is None:
        raise Refused(400, "the parameter statementId is missing")
    (found,) = received(call, lrs.settings.max_batch)
    if found.view.id not in (UNSET, wanted):
        raise Refused(400, "the id is not the one of the parameter statementId", path="$.id", rule="id")
    return _stored(lrs, call, [_prepared(call, found, wanted)], Answer(204))


def post(lrs: Lrs, call: Call) -> Committing:
    """Stores all the statements or none; answers with their ids in order."""
    prepared = [_prepared(call, one) for one in received(call, lrs.settings.max_batch)]
    if not prepared:
        raise Refused(400, "there is no statement in the list", path="$", rule="empty")
    return _stored(lrs, call, prepared, Answer(200, _encode([one.uuid for one in prepared])))


def _prepared(call: Call, one: Received, wanted: UUID | None = None) -> Prepared:
    """The statement under its id, else under the one that is wanted, else under a new one."""
    key = one.view.id if isinstance(one.view.id, UUID) else wanted or uuid4()
    return prepare(Built(key, one.raw, one.view), call.version, one.attachments)


def _stored(lrs: Lrs, call: Call, prepared: list[Prepared], answer: Answer) -> Committing:
    """The answer once they are committed; whoever may not define is not heard on what activities are."""
    caller = call.caller
    defines = allows(caller.scopes, (DEFINE,))
    return Committing(lrs.committer.submit(caller.store, prepared, caller.authority, defines=defines), answer)
