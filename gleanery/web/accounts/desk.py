"""/accounts: who may come in and in which roles; invitations, and those who wait to be admitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.errors import GleaneryError, Gone
from gleanery.flow.accounts import admitting, links, sessions, staff, tokens
from gleanery.flow.house import House
from gleanery.flow.rights import Right, Role
from gleanery.web.accounts.explained import ROLE_MEANINGS, ROLE_NAMES, WAYS
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import N_

ROWS = 50
_MANAGE = Right.MANAGE_ACCOUNTS

DONE = {
    "roles": N_("The roles are set."),
    "disabled": N_("The account is disabled; all its sessions have ended."),
    "enabled": N_("The account is enabled."),
    "ended": N_("All sessions of the account have ended."),
    "admitted": N_("They can sign in now."),
    "turned-away": N_("They were turned away."),
}
"""What was just done, by its name in the address."""

RolesField = Annotated[list[Role], Form(default_factory=list, max_length=len(Role))]


class Refused(NamedTuple):
    """What was typed to let somebody in as an account that is none."""

    pending: UUID
    account: str
    roles: Sequence[Role]


class AccountsDesk:
    """The desk of accounts."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def router(self) -> APIRouter:
        """Every page and form with its policy."""
        routes, one = Routes("accounts"), "/accounts/{person}"
        routes.page("/accounts", _MANAGE, self.list)
        routes.act("/accounts", _MANAGE, self.invite, does="account.invite")
        routes.act("/accounts/pending/{pending}/admit", _MANAGE, self.admit, does="account.admit")
        routes.act("/accounts/pending/{pending}/turn-away", _MANAGE, self.turn_away, does="account.turn-away")
        routes.page(one, _MANAGE, self.show)
        routes.act(f"{one}/roles", _MANAGE, self.set_roles, does="account.set-roles")
        routes.act(f"{one}/disable", _MANAGE, self.disable, does="account.disable")
        routes.act(f"{one}/enable", _MANAGE, self.enable, does="account.enable")
        routes.act(f"{one}/end-sessions", _MANAGE, self.end_sessions, does="account.end-sessions")
        routes.act(f"{one}/password-link", _MANAGE, self.password_link, does="account.password-link")
        return routes.router

    # ------------------------------------------------------------------ the list

    def list(
        self,
        request: Request,
        after: Annotated[str, Query(max_length=200)] = "",
        done: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        """The accounts by name, who waits, and the form to invite somebody."""
        return self._list(request, after=after, done=done)

    def _list(
        self,
        request: Request,
        *,
        status: int = 200,
        after: str = "",
        done: str = "",
        wrong: str = "",
        name: str = "",
        roles: tuple[Role, ...] = (Role.CURATOR,),
        made: str = "",
        link: str = "",
        refused: Refused | None = None,
    ) -> Response:
        rows = staff.accounts(self._house, after=after, limit=ROWS + 1)
        return self._pages.page(
            request, "accounts/list.html", status=status, rows=rows[:ROWS],
            next=rows[ROWS - 1].name if len(rows) > ROWS else "", after=after,
            pending=admitting.pending(self._house), said=DONE.get(done, ""), wrong=wrong, name=name,
            chosen=roles, made=made, link=link, refused=refused, role_names=ROLE_NAMES, role_meanings=ROLE_MEANINGS,
        )  # fmt: skip

    def invite(
        self,
        request: Request,
        visitor: Visiting,
        roles: RolesField,
        name: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        """Make an account and show, this once, the link by which its holder sets a password."""
        try:
            with self._house.change() as change:
                made = staff.invite(self._house, change, name.strip(), roles, visitor.actor)
        except GleaneryError as error:
            return self._list(request, status=422, wrong=str(error), name=name, roles=tuple(roles))
        link = self._whole(request, links.password_link(self._house, made, name.strip()))
        return self._list(request, made=name.strip(), link=link)

    def admit(
        self,
        request: Request,
        visitor: Visiting,
        pending: UUID,
        roles: RolesField,
        account: Annotated[str, Form(max_length=100)] = "",
    ) -> Response:
        """Let somebody in: as the account named, or as a new one with these roles."""
        with self._house.store.read() as session:
            to = staff.person_of(session, account) if account.strip() else None
        if account.strip() and to is None:
            return self._list(request, status=422, refused=Refused(pending, account, roles))
        with self._house.change() as change:
            admitting.admit(self._house, change, pending, roles, visitor.actor, to)
        return RedirectResponse("/accounts?done=admitted", 303)

    def turn_away(self, visitor: Visiting, pending: UUID) -> Response:
        """Forget somebody who waits."""
        with self._house.change() as change:
            admitting.turn_away(change, pending, visitor.actor)
        return RedirectResponse("/accounts?done=turned-away", 303)

    # ------------------------------------------------------------------ one account

    def show(
        self, request: Request, person: UUID, done: Annotated[str, Query(max_length=20)] = ""
    ) -> Response:
        """One account with its roles, sessions and tokens."""
        return self._show(request, person, said=DONE.get(done, ""))

    def _show(
        self,
        request: Request,
        person: UUID,
        *,
        status: int = 200,
        said: str = "",
        wrong: str = "",
        link: str = "",
    ) -> Response:
        return self._pages.page(
            request, "accounts/account.html", status=status, row=self._row(person), said=said, wrong=wrong,
            link=link, sessions=sessions.of(self._house, person), tokens=tokens.of(self._house, person),
            role_names=ROLE_NAMES, role_meanings=ROLE_MEANINGS, ways=WAYS,
        )  # fmt: skip

    def _row(self, person: UUID) -> staff.Listed:
        try:
            return staff.listed(self._house, person)
        except Gone as error:
            raise HTTPException(404) from error

    def set_roles(self, request: Request, visitor: Visiting, person: UUID, roles: RolesField) -> Response:
        """Have the account hold exactly the roles that are ticked."""
        self._row(person)
        try:
            with self._house.change() as change:
                staff.set_roles(change, person, roles, visitor.actor)
        except GleaneryError as error:
            return self._show(request, person, status=409, wrong=str(error))
        return _done(person, "roles")

    def disable(self, request: Request, visitor: Visiting, person: UUID) -> Response:
        """Let somebody in no more."""
        self._row(person)
        try:
            with self._house.change() as change:
                staff.disable(change, person, visitor.actor)
        except GleaneryError as error:
            return self._show(request, person, status=409, wrong=str(error))
        return _done(person, "disabled")

    def enable(self, visitor: Visiting, person: UUID) -> Response:
        """Let somebody in again."""
        self._row(person)
        with self._house.change() as change:
            staff.enable(change, person, visitor.actor)
        return _done(person, "enabled")

    def end_sessions(self, visitor: Visiting, person: UUID) -> Response:
        """Sign somebody out everywhere."""
        self._row(person)
        with self._house.change() as change:
            staff.end_sessions(change, person, visitor.actor)
        return _done(person, "ended")

    def password_link(self, request: Request, visitor: Visiting, person: UUID) -> Response:
        """Show, this once, a link by which they set a new password."""
        self._row(person)
        try:
            link = links.new_password_link(self._house, person, visitor.actor)
        except GleaneryError as error:
            return self._show(request, person, status=409, wrong=str(error))
        return self._show(request, person, link=self._whole(request, link))

    def _whole(self, request: Request, path: str) -> str:
        """The address behind a path: the configured one, else the one this page was asked at."""
        base = self._house.config.serve.address or f"{request.url.scheme}://{request.url.netloc}"
        return base + path


def _done(person: UUID, what: str) -> Response:
    return RedirectResponse(f"/accounts/{person}?done={what}", 303)
