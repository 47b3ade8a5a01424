"""/api/accounts and /api/pending-sign-ins: who may come in, for programs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gleanery.errors import Gone
from gleanery.flow.accounts import admitting, links, staff
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.web.accounts.shapes import (
    AccountList,
    AccountShape,
    Admission,
    Invitation,
    Linked,
    PendingList,
    PendingShape,
    RolesWanted,
)
from gleanery.web.routes import Routes, Visiting

_MANAGE = Right.MANAGE_ACCOUNTS


class AccountsApi:
    """The addresses about accounts."""

    def __init__(self, house: House) -> None:
        self._house = house

    def router(self) -> APIRouter:
        """Every address with its policy."""
        routes, one = Routes("accounts"), "/accounts/{person}"
        routes.api("GET", "/accounts", _MANAGE, self.list, response_model=AccountList)
        routes.api(
            "POST", "/accounts", _MANAGE, self.invite, does="account.invite", status_code=201, errors=(409,),
            response_model=Linked,
        )  # fmt: skip
        routes.api("GET", one, _MANAGE, self.show, errors=(404,), response_model=AccountShape)
        for method, path, does, endpoint in (
            ("PUT", "/roles", "account.set-roles", self.set_roles),
            ("POST", "/disable", "account.disable", self.disable),
            ("POST", "/enable", "account.enable", self.enable),
            ("POST", "/end-sessions", "account.end-sessions", self.end_sessions),
        ):
            routes.api(
                method, one + path, _MANAGE, endpoint, does=does, errors=(404, 409),
                response_model=AccountShape,
            )  # fmt: skip
        routes.api(
            "POST", f"{one}/password-link", _MANAGE, self.password_link, does="account.password-link",
            errors=(404, 409), response_model=Linked,
        )  # fmt: skip
        routes.api("GET", "/pending-sign-ins", _MANAGE, self.pending, response_model=PendingList)
        routes.api(
            "POST", "/pending-sign-ins/{pending}/admit", _MANAGE, self.admit, does="account.admit",
            errors=(404, 409), response_model=AccountShape,
        )  # fmt: skip
        routes.api(
            "DELETE", "/pending-sign-ins/{pending}", _MANAGE, self.turn_away, does="account.turn-away",
            status_code=204, errors=(404,),
        )  # fmt: skip
        return routes.router

    def list(
        self,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        after: Annotated[str, Query(max_length=200)] = "",
    ) -> AccountList:
        """The accounts by name."""
        rows = staff.accounts(self._house, after=after, limit=limit + 1)
        items = [AccountShape.of(row) for row in rows[:limit]]
        return AccountList(items=items, next=items[-1].name if len(rows) > limit else None)

    def invite(self, visitor: Visiting, wanted: Invitation) -> Linked:
        """Make an account; the answer holds the link by which its holder sets a password."""
        with self._house.change() as change:
            made = staff.invite(self._house, change, wanted.name, wanted.roles, visitor.actor)
        return Linked(
            account=self._shape(made.person_id), link=links.password_link(self._house, made, wanted.name)
        )

    def show(self, person: UUID) -> AccountShape:
        """One account."""
        return self._shape(person)

    def set_roles(self, visitor: Visiting, person: UUID, wanted: RolesWanted) -> AccountShape:
        """Have an account hold exactly these roles."""
        self._shape(person)
        with self._house.change() as change:
            staff.set_roles(change, person, wanted.roles, visitor.actor)
        return self._shape(person)

    def disable(self, visitor: Visiting, person: UUID) -> AccountShape:
        """Let somebody in no more; their sessions end."""
        self._shape(person)
        with self._house.change() as change:
            staff.disable(change, person, visitor.actor)
        return self._shape(person)

    def enable(self, visitor: Visiting, person: UUID) -> AccountShape:
        """Let somebody in again."""
        self._shape(person)
        with self._house.change() as change:
            staff.enable(change, person, visitor.actor)
        return self._shape(person)

    def end_sessions(self, visitor: Visiting, person: UUID) -> AccountShape:
        """Sign somebody out everywhere."""
        self._shape(person)
        with self._house.change() as change:
            staff.end_sessions(change, person, visitor.actor)
        return self._shape(person)

    def password_link(self, visitor: Visiting, person: UUID) -> Linked:
        """A one-time link by which they set a new password."""
        shape = self._shape(person)
        return Linked(account=shape, link=links.new_password_link(self._house, person, visitor.actor))

    def pending(self, limit: Annotated[int, Query(ge=1, le=200)] = 100) -> PendingList:
        """Who waits to be admitted, the newest first."""
        return PendingList(items=[PendingShape.of(row) for row in admitting.pending(self._house, limit)])

    def admit(self, visitor: Visiting, pending: UUID, wanted: Admission) -> AccountShape:
        """Let somebody in who waits."""
        with self._house.change() as change:
            try:
                made = admitting.admit(
                    self._house, change, pending, wanted.roles, visitor.actor, wanted.account
                )
            except Gone as error:
                raise HTTPException(404, error.message) from error
        return self._shape(made)

    def turn_away(self, visitor: Visiting, pending: UUID) -> Response:
        """Forget somebody who waits."""
        with self._house.change() as change:
            try:
                admitting.turn_away(change, pending, visitor.actor)
            except Gone as error:
                raise HTTPException(404, error.message) from error
        return Response(status_code=204)

    def _shape(self, person: UUID) -> AccountShape:
        try:
            return AccountShape.of(staff.listed(self._house, person))
        except Gone as error:
            raise HTTPException(404, error.message) from error
