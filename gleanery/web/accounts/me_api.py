"""/api/me, /api/tokens and /api/sessions: one's own account, for programs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gleanery.errors import Gone
from gleanery.flow import subject_access
from gleanery.flow.accounts import entering, own, sessions, staff, tokens
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.erasing.subject import Asked
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.web.accounts.shapes import (
    Me,
    OwnSettings,
    PasswordWanted,
    SessionList,
    SessionShape,
    TokenList,
    TokenMade,
    TokenShape,
    TokenWanted,
)
from gleanery.web.routes import Routes, Visiting
from gleanery.web.signin import address_of


def own_data(house: House, visitor: Visitor) -> Response:
    """All that is kept about somebody, for themselves, as a JSON file."""
    told = subject_access.told(house, Asked(person=str(visitor.person_id)), visitor.account)
    name = {"content-disposition": 'attachment; filename="what-is-kept-about-me.json"'}
    body = json.dumps(told, default=str, ensure_ascii=False, indent=2)
    return Response(body, headers=name, media_type="application/json")


class OwnApi:
    """The addresses about oneself."""

    def __init__(self, house: House) -> None:
        self._house = house

    def router(self) -> APIRouter:
        """Every address with its policy."""
        routes, right = Routes("me"), Right.OWN
        routes.api("GET", "/me", right, self.show, response_model=Me)
        routes.api("PATCH", "/me", right, self.set, does="me.set", response_model=Me)
        routes.api("GET", "/me/data", right, self.data)
        routes.api(
            "PUT", "/me/password", right, self.set_password, does="me.set-password", status_code=204,
            errors=(409,),
        )  # fmt: skip
        routes.api("GET", "/tokens", right, self.tokens, response_model=TokenList)
        routes.api(
            "POST", "/tokens", right, self.make_token, does="token.make", status_code=201,
            response_model=TokenMade,
        )  # fmt: skip
        routes.api(
            "DELETE", "/tokens/{token}", right, self.revoke_token, does="token.revoke", status_code=204,
            errors=(404,),
        )  # fmt: skip
        routes.api("GET", "/sessions", right, self.sessions, response_model=SessionList)
        routes.api("DELETE", "/sessions", right, self.end_all, does="session.end-all", status_code=204)
        routes.api(
            "DELETE", "/sessions/{mark}", right, self.end_one, does="session.end", status_code=204,
            errors=(404,),
        )  # fmt: skip
        return routes.router

    def show(self, visitor: Visiting) -> Me:
        """Whom this token speaks for, and what it may do."""
        return Me(
            id=visitor.person_id,
            name=visitor.account,
            roles=sorted(visitor.roles),
            rights=sorted(visitor.rights),
            by_token=visitor.by_token,
            until=visitor.until,
            settings=dict(visitor.settings),
        )

    def set(self, visitor: Visiting, wanted: OwnSettings) -> Me:
        """Set what is named; null puts a setting back to its default."""
        with self._house.change() as change:
            kept = own.set_settings(
                change, visitor.person_id, wanted.model_dump(exclude_unset=True), visitor.actor
            )
        return self.show(visitor).model_copy(update={"settings": dict(kept)})

    def data(self, visitor: Visiting) -> Response:
        """All that is kept about the holder of the token."""
        return own_data(self._house, visitor)

    def set_password(self, request: Request, visitor: Visiting, wanted: PasswordWanted) -> Response:
        """Set the password; all sessions end."""
        entering.change_password(
            self._house, visitor.person_id, wanted.former, wanted.password, address_of(request),
            by_token=visitor.by_token,
        )  # fmt: skip
        return Response(status_code=204)

    def tokens(self, visitor: Visiting) -> TokenList:
        """One's tokens that work, the newest first."""
        return TokenList(items=[TokenShape.of(row) for row in tokens.of(self._house, visitor.person_id)])

    def make_token(self, visitor: Visiting, wanted: TokenWanted) -> TokenMade:
        """Make a token with no more rights than the asking one has, which ends no later than it."""
        lives = timedelta(days=wanted.days)
        if visitor.by_token and visitor.until is not None:
            lives = min(lives, visitor.until - self._house.now())
        with self._house.change() as change:
            row, text = tokens.make(change, visitor, wanted.label, wanted.rights, lives)
        return TokenMade(token=TokenShape.of(row), text=text)

    def revoke_token(self, visitor: Visiting, token: UUID) -> Response:
        """Make a token of one's own worthless."""
        with self._house.change() as change:
            try:
                tokens.revoke(change, visitor.person_id, token, visitor.actor)
            except Gone as error:
                raise HTTPException(404, error.message) from error
        return Response(status_code=204)

    def sessions(self, visitor: Visiting) -> SessionList:
        """One's open sessions, the newest first."""
        return SessionList(
            items=[SessionShape.of(row) for row in sessions.of(self._house, visitor.person_id)]
        )

    def end_one(self, visitor: Visiting, mark: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]) -> Response:
        """End a session of one's own."""
        with self._house.change() as change:
            try:
                sessions.end_one(change, visitor.person_id, mark, visitor.actor)
            except Gone as error:
                raise HTTPException(404, error.message) from error
        return Response(status_code=204)

    def end_all(self, visitor: Visiting) -> Response:
        """End all of one's sessions."""
        with self._house.change() as change:
            staff.end_sessions(change, visitor.person_id, visitor.actor)
        return Response(status_code=204)
