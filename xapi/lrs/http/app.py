"""The record store as an ASGI application: one door for all resources.

What every request has in common is done here, in this order: a small body is read, the question understood,
the key checked, a large body read, the resource asked in a thread, its answer completed and sent. The event
loop never waits for a database: threads do, and a write is waited for by nobody but its own request.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from starlette.types import ASGIApp, Receive, Scope, Send

from xapi.lrs.http import answering
from xapi.lrs.http.asking import Asked, Question, asked, understand
from xapi.lrs.http.authentication import Unverified, require
from xapi.lrs.http.body import ClientGone
from xapi.lrs.http.consistency import CONSISTENT_THROUGH, consistent_through
from xapi.lrs.http.exchange import Answer, Call, Caller, Refused
from xapi.lrs.http.lrs import STORE, Committing, Lrs
from xapi.lrs.http.refusals import refusal_of
from xapi.lrs.http.routes import ROUTES, STATEMENTS

T = TypeVar("T")

_NOBODY = Caller("", STORE, "", frozenset())
_LARGE_AT_ONCE = 4
"""How many large bodies are held in memory at a time; the others wait in their senders' buffers."""

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
        self._pool = ThreadPoolExecutor(lrs.settings.threads, thread_name_prefix="xapi-lrs")
        self._door = ThreadPoolExecutor(1, thread_name_prefix="xapi-lrs-door")
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)
        self._promises: dict[str, tuple[float, dict[str, str]]] = {}
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One exchange (ASGI)."""
        request = asked(scope, receive, self._lrs.settings)
        self._open += 1
        try:
            await self._send(request, await self._reply(request), send)
        except ClientGone:
            log.debug("the sender of a request to %s hung up", request.path)
        finally:
            self._open -= 1

    async def _reply(self, request: Asked) -> Answer:
        """The answer to anything."""
        try:
            if request.method == "OPTIONS" and request.path in ROUTES:
                return answering.preflight(ROUTES[request.path].methods)
            if self._open > self._lrs.settings.waiting:
                raise Refused(503, "too many requests are waiting", headers={"retry-after": "1"})
            question = await understand(request, self._lrs.settings)
            return await self._stamped(request, await self._ask(request, question))
        except ClientGone:
            raise
        except Exception as error:  # the outermost loop: told in the log, never shown
            refused = refusal_of(error) or _failed(request)
            return await self._stamped(request, answering.told(refused))

    async def _ask(self, request: Asked, question: Question) -> Answer:
        """The answer to a question; a body that is not small is read only for a key that is known."""
        if question.content is None:
            caller = await self._known(request, question)
            async with self._large:
                content = await request.body.read(self._lrs.settings.max_body)
                return await self._answer(replace(question, content=content), request, caller)
        try:
            return await self._answer(question, request, None)
        except Unverified:
            return await self._answer(question, request, await self._known(request, question))

    async def _answer(self, question: Question, request: Asked, caller: Caller | None) -> Answer:
        pool = self._door if question.action.at_door else self._pool
        answer = await self._in_thread(lambda: self._asked_in_thread(question, request, caller), pool)
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
        return question.action.resource(self._lrs, call)

    async def _known(self, request: Asked, question: Question) -> Caller:
        """Who asks. Unknown secrets are verified where only such as they wait: guessing delays nobody else."""
        try:
            return await self._in_thread(lambda: self._caller(request, question, slowly=False))
        except Unverified:
            return await self._in_thread(lambda: self._caller(request, question, slowly=True), self._door)

    def _caller(self, request: Asked, question: Question, *, slowly: bool) -> Caller:
        """Who asks. Raises: Refused (401, 403, 429), Unverified."""
        needed = question.action.scopes
        if not needed:
            return _NOBODY
        caller = self._lrs.gate.caller(question.headers, request.address, slowly=slowly)
        request.store = caller.store
        require(caller, needed)
        return caller

    async def _in_thread(self, act: Callable[[], T], pool: ThreadPoolExecutor | None = None) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool or self._pool, act)

    async def _send(self, request: Asked, answer: Answer, send: Send) -> None:
        """Sends the answer; one that comes before the request is read whole ends the connection."""
        reads = request.method in ("GET", "HEAD")
        more = answering.cross_origin(self._lrs.settings.origins, request.headers.get("origin"))
        whole = answering.complete(answer, request.version, more, etag=reads)
        close = not request.body.is_complete
        await answering.send_head(send, whole, close=close)
        if request.method != "HEAD":
            await answering.send_body(send, whole, self._pool)
        if close and answer.status != _TOO_SLOW:
            await request.body.drop()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

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
            through = await self._in_thread(lambda: consistent_through(self._lrs, request.store))
            self._promises[request.store] = now, through
        return replace(answer, headers={**answer.headers, **through})


def _failed(request: Asked) -> Refused:
    """The answer to what we did not foresee; call it while the exception is handled."""
    number = uuid.uuid4()
    log.exception("request %s failed: %s %s", number, request.method, request.path)
    return Refused(500, f"something went wrong; the log has it as {number}")
