"""Routes that say who may use them: no address of the house exists without a policy.

A page answers people, an act is a form of a page, an api address answers programs. What an act does has a name,
and the address of the API that does the same bears the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from gleanery.flow.accounts.visitors import Visitor, visitor_of_session, visitor_of_token
from gleanery.flow.house import House
from gleanery.flow.rights import Right

API = "/api"
"""Where programs ask."""

ASKS_AGAIN = "x-asks-again"
"""The header of a part of a page that asks by itself: nobody need be there."""


class SignedOut(Exception):
    """Nobody is signed in: people are shown the way in, programs are told 401."""


@dataclass(frozen=True)
class Policy:
    """Who may use a route: holders of a right, or everybody where it is None. `does` names what it changes."""

    right: Right | None
    does: str = ""

    def __call__(self, request: Request) -> None:
        """Let the request pass. Raises: SignedOut; HTTPException 403 where the right is missing."""
        request.app.state.house.notice_settings()
        if self.right is None:
            return
        visitor = visitor_of(request)
        if visitor is None:
            raise SignedOut
        if not visitor.may(self.right):
            _refuse(self.right)


def _refuse(right: Right) -> NoReturn:
    raise HTTPException(403, f"Your account may not do this: it lacks the right {right.value}.")


def visitor_of(request: Request) -> Visitor | None:
    """Who asks, found once for each request: by token on the API, else by the session's cookie."""
    state = request.state
    if not hasattr(state, "visitor"):
        state.visitor = None  # where the search itself fails, the page that says so is for nobody
        state.visitor = _found(request)
    visitor: Visitor | None = state.visitor
    return visitor


def _found(request: Request) -> Visitor | None:
    house: House = request.app.state.house
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if request.url.path.startswith(f"{API}/") and kind.lower() == "bearer":
        return visitor_of_token(house, token.strip())
    cookie = request.cookies.get(request.app.state.cookie)
    return visitor_of_session(house, cookie, waking=ASKS_AGAIN not in request.headers)


def _signed_in(request: Request) -> Visitor:
    visitor = visitor_of(request)
    if visitor is None:
        raise SignedOut
    return visitor


Visiting = Annotated[Visitor, Depends(_signed_in)]
"""The parameter of a route that wants to know who asks."""

Endpoint = Callable[..., Any]


@dataclass(frozen=True)
class Declared:
    """A route with its policy, None where somebody forgot it."""

    method: str
    path: str
    policy: Policy | None


def declared(routes: Iterable[BaseRoute]) -> Iterator[Declared]:
    """Every route there is, for those who check them all."""
    for route in routes:
        if isinstance(route, APIRoute):
            policies = [one.dependency for one in route.dependencies if isinstance(one.dependency, Policy)]
            for method in sorted(route.methods or ()):
                yield Declared(method, route.path, policies[0] if policies else None)


class Routes:
    """The routes of one desk."""

    def __init__(self, name: str) -> None:
        """`name` groups the addresses of the API in its description."""
        self.router = APIRouter()
        self._name = name

    def page(self, path: str, right: Right | None, endpoint: Endpoint) -> None:
        """A page or a part of one, which changes nothing."""
        self._add(path, ["GET"], Policy(right), endpoint, schema=False)

    def act(self, path: str, right: Right | None, endpoint: Endpoint, *, does: str) -> None:
        """A form of a page."""
        self._add(path, ["POST"], Policy(right, does), endpoint, schema=False)

    def api(
        self, method: str, path: str, right: Right | None, endpoint: Endpoint, *, does: str = "", **more: Any
    ) -> None:
        """An address of the API, described by OpenAPI; `path` is below /api. `does` is for those that change."""
        said = dict.fromkeys((401, 403, 411, 413, 422) if right is not None else (422,), _SAID)
        said |= dict.fromkeys(more.pop("errors", ()), _SAID)
        self._add(
            f"{API}{path}", [method], Policy(right, does), endpoint, schema=True, tags=[self._name],
            responses=said, **more,
        )  # fmt: skip

    def _add(
        self,
        path: str,
        methods: Sequence[str],
        policy: Policy,
        endpoint: Endpoint,
        *,
        schema: bool,
        **more: Any,
    ) -> None:
        self.router.add_api_route(
            path, endpoint, methods=list(methods), dependencies=[Depends(policy)], include_in_schema=schema,
            openapi_extra={"x-right": policy.right.value if policy.right else None, "x-does": policy.does},
            **more,
        )  # fmt: skip


_SAID: dict[str, Any] = {
    "description": "Why not, and what to do",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
