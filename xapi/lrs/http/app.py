"""The record store as an ASGI application: one door for all resources.

What every request has in common is done here, in this order: a small body is read, the question understood,
the key checked, a large body read, the resource asked in a thread, its answer completed and sent. The event
loop never waits for a database: threads do, and a write is waited for by nobody but its own request.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from uuid import UUID

from starlette.types import ASGIApp, Receive, Scope, Send

from xapi.lrs.http import answering
from xapi.lrs.http.asking import Asked, Question, asked, understand
from xapi.lrs.http.authentication import Unverified, require
from xapi.lrs.http.body import ClientGone
from xapi.lrs.http.consistency import CONSISTENT_THROUGH, NOTHING_PROMISED, consistent_through
from xapi.lrs.http.exchange import Answer, Call, Caller, Refused
from xapi.lrs.http.failures import noted
from xapi.lrs.http.lrs import STORE, Committing, Lrs
from xapi.lrs.http.refusals import refusal_of
from xapi.lrs.http.routes import ROUTES, STATEMENTS
from xapi.lrs.http.waiting import Room, Threads

_NOBODY = Caller("", STORE, "", frozenset())
_MIB = 1024 * 1024
_READ_AT_ONCE = 32 * _MIB
"""Bytes of large bodies that are in memory at a time; the others wait in their senders' buffers."""

_WORKED_AT_ONCE = 16 * _MIB
"""Bytes of them that are worked on at a time, which takes several times as many."""

_SENT_AT_ONCE = 128 * _MIB
"""Bytes of answers that are waiting to be read."""

_AT_DOOR = 64
"""How many may wait for a secret to be verified: some three seconds."""

_PROMISE_SECONDS = 1.0
_TOO_SLOW = 408

log = logging.getLogger(__name__)


def create_app(lrs: Lrs) -> ASGIApp:
    """The application; mount it at `lrs.settings.endpoint`. Its threads begin with the first request."""
    return Endpoint(lrs)


class Endpoint:
    """Answers every request under the endpoint, whatever it is."""

    def __init__(self, lrs: Lrs) -> None:
        self._lrs = lrs
        self._threads = Threads("xapi-lrs", lrs.settings.threads, lrs.settings.waiting)
        self._large = Threads("xapi-lrs-large", 1, lrs.settings.waiting)
        self._door = Threads("xapi-lrs-door", 1, _AT_DOOR)
        self._read, self._worked, self._sent = Room(_READ_AT_ONCE), Room(_WORKED_AT_ONCE), Room(_SENT_AT_ONCE)
        self._promises: dict[str, tuple[float, dict[str, str]]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One exchange (ASGI)."""
        request = asked(scope, receive, self._lrs.settings)
        try:
            await self._send(request, await self._reply(request), send)
        except ClientGone:
            log.debug("the sender of a request hung up")
        except Exception as error:  # an answer that has begun cannot be taken back: it is broken off
            _note(error, request)

    async def _reply(self, request: Asked) -> Answer:
        """The answer to anything."""
        try:
            return await self._stamped(request, await self._told(request))
        except ClientGone:
            raise
        except Exception as error:  # the outermost loop: told in the log, never shown
            number = _note(error, request)
            failed = answering.told(Refused(500, f"something went wrong; the log has it as {number}"))
            return _promising(failed, NOTHING_PROMISED if request.path == STATEMENTS else None)

    async def _told(self, request: Asked) -> Answer:
        """The answer to a question, or why there is none."""
        try:
            if request.method == "OPTIONS" and request.path in ROUTES:
                return answering.preflight(ROUTES[request.path].methods)
            return await self._ask(request, await understand(request, self._lrs.settings))
        except Exception as error:
            refused = refusal_of(error)
            if refused is None:
                raise
            return answering.told(refused)

    async def _ask(self, request: Asked, question: Question) -> Answer:
        """The answer to a question; a body that is not small is read only for a key that is known."""
        if question.content is None:
            caller = await self._known(request, question)
            most = self._lrs.settings.max_body
            async with self._read.of(request.body.size(most)):
                content = await request.body.read(most)
                async with self._worked.of(len(content)):
                    whole = replace(question, content=content)
                    return await self._answer(whole, request, caller, self._large)
        threads = self._door if question.action.at_door else self._threads
        try:
            return await self._answer(question, request, None, threads)
        except Unverified:
            return await self._answer(question, request, await self._known(request, question), threads)

    async def _answer(
        self, question: Question, request: Asked, caller: Caller | None, threads: Threads
    ) -> Answer:
        threads.admit()
        answer = await threads.do(lambda: self._asked_in_thread(question, request, caller))
        if isinstance(answer, Committing):
            await asyncio.wrap_future(answer.written)
            return answer.answer
        return answer

    def _asked_in_thread(
        self, question: Question, request: Asked, caller: Caller | None
    ) -> Answer | Committing:
        known = caller or self._caller(request, question, slowly=False)
        call = Call(
            question.method,
            question.path,
            question.parameters,
            question.headers,
            question.content or b"",
            question.version,
            known,
            request.address,
        )
        answer = question.action.resource(self._lrs, call)
        if isinstance(answer, Answer) and question.method in ("GET", "HEAD"):
            return answering.tagged(answer)
        return answer

    async def _known(self, request: Asked, question: Question) -> Caller:
        """Who asks. Unknown secrets are verified where only such as they wait: guessing delays nobody else."""
        try:
            return await self._threads.do(lambda: self._caller(request, question, slowly=False))
        except Unverified:
            self._door.admit()
            return await self._door.do(lambda: self._caller(request, question, slowly=True))

    def _caller(self, request: Asked, question: Question, *, slowly: bool) -> Caller:
        """Who asks. Raises: Refused (401, 403, 429), Unverified."""
        needed = question.action.scopes
        if not needed:
            return _NOBODY
        caller = self._lrs.gate.caller(question.headers, request.address, slowly=slowly)
        request.store = caller.store
        require(caller, needed)
        return caller

    # ------------------------------------------------------------------ the answer on its way

    async def _send(self, request: Asked, answer: Answer, send: Send) -> None:
        """Sends the answer; one that comes before the request is read whole ends the connection."""
        more = answering.cross_origin(self._lrs.settings.origins, request.headers.get("origin"))
        whole = answering.complete(self._sendable(request, answer), request, more)
        close = not request.body.is_complete
        async with self._sent.of(whole.weight):
            await answering.send_head(send, whole, close=close)
            if request.method != "HEAD":
                await answering.send_body(send, whole, self._threads, request.body)
            if close and answer.status != _TOO_SLOW:
                await request.body.drop()
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _sendable(self, request: Asked, answer: Answer) -> Answer:
        """The answer, or why it cannot be sent."""
        if not request.is_chunkable and not isinstance(answer.body, bytes):
            why = Refused(505, "this answer comes in pieces: ask by HTTP/1.1, or for fewer statements")
        elif not self._sent.has(answer.weight):
            why = Refused(503, "too much is waiting to be read by others", headers={"retry-after": "1"})
        else:
            return answer
        return _promising(answering.told(why), answer.headers.get(CONSISTENT_THROUGH))

    async def _stamped(self, request: Asked, answer: Answer) -> Answer:
        """The answer with the time through which the store is complete, which all about statements tell.

        One that reads told it itself, from before it read. For the others one that was told a moment ago does:
        such a promise holds for ever, and to make one stops the writer.
        """
        if request.path != STATEMENTS or CONSISTENT_THROUGH in answer.headers:
            return answer
        now = asyncio.get_running_loop().time()
        made, through = self._promises.get(request.store, (0.0, {}))
        if not through or now - made > _PROMISE_SECONDS:
            through = await self._threads.do(lambda: consistent_through(self._lrs, request.store))
            self._promises[request.store] = now, through
        return replace(answer, headers={**answer.headers, **through})


def _note(error: Exception, request: Asked) -> UUID:
    """The number under which the log has it. A path that is none of ours may be anything: it is not told."""
    return noted(error, request.method, request.path if request.path in ROUTES else "elsewhere")


def _promising(answer: Answer, through: str | None) -> Answer:
    """The answer with this time through which the store is complete, if there is one to be told."""
    return (
        answer
        if through is None
        else replace(answer, headers={**answer.headers, CONSISTENT_THROUGH: through})
    )
