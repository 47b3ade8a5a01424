"""/destinations: where approved items go, how each place stands, the outbox, and setting one up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gleanery.config import DestinationSettings
from gleanery.errors import ConfigError, GleaneryError
from gleanery.flow import forms, runs
from gleanery.flow import outbox as whole_outbox
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.configuring import mark_of, require_unchanged
from gleanery.flow.destinations import configuring, now, outbox, registering, showing, trying
from gleanery.flow.destinations.outbox import NoDelivery
from gleanery.flow.house import House
from gleanery.flow.learners import scoring
from gleanery.flow.rights import Right
from gleanery.flow.watching import DELIVER
from gleanery.model.destinations import DeliveryState
from gleanery.ports import Check
from gleanery.web import runs as web_runs
from gleanery.web.cursors import cursor, cursor_of
from gleanery.web.destinations import wording
from gleanery.web.destinations.looking import seen
from gleanery.web.pages import Pages
from gleanery.web.routes import Routes, Visiting
from gleanery.web.words import N_

_SEE, _MANAGE = Right.SEE_DESTINATIONS, Right.MANAGE_DESTINATIONS
PER_PAGE = 50
SAID = {
    "added": N_("The destination is set up. What is meant for it is brought there from now on."),
    "saved": N_("Saved."),
    "removed": N_("The destination is taken out. What stands there stays."),
    "asked": N_("It is delivered now."),
    "retried": N_("It is tried again now."),
    "given-up": N_("It is given up; try it again whenever you like."),
}
"""What was just done, by its name in the address."""


async def _typed(request: Request) -> FormData:
    return await request.form(max_files=0)


Typed = Annotated[FormData, Depends(_typed)]
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]


class Look(BaseModel):
    """Which list of the outbox, from where on, and what was just done."""

    state: DeliveryState = DeliveryState.OWED
    after: str = Field(default="", max_length=80)
    said: str = Field(default="", max_length=20)


class DestinationsDesk:
    """The desk of destinations."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def router(self) -> APIRouter:
        """Every page and form with its policy."""
        routes, one = Routes("destinations"), "/destinations/{name}"
        routes.page("/destinations", _SEE, self.list)
        routes.page("/destinations/new/{adapter}", _MANAGE, self.new)
        routes.act("/destinations/new/{adapter}", _MANAGE, self.add, does="destination.add")
        routes.act("/destinations/deliveries/retry", _MANAGE, self.retry_all, does="delivery.retry-all")
        routes.act("/destinations/deliveries/{delivery}/retry", _MANAGE, self.retry, does="delivery.retry")
        routes.act(
            "/destinations/deliveries/{delivery}/give-up", _MANAGE, self.give_up, does="delivery.give-up"
        )
        routes.page(one, _SEE, self.show)
        routes.act(one, _MANAGE, self.edit, does="destination.edit")
        routes.act(f"{one}/test", _MANAGE, self.test, does="destination.test")
        routes.act(f"{one}/deliver", _MANAGE, self.deliver, does="destination.deliver")
        routes.act(f"{one}/remove", _MANAGE, self.remove, does="destination.remove")
        return routes.router

    # ------------------------------------------------------------------ pages

    def list(self, request: Request, visitor: Visiting, look: Annotated[Look, Query()]) -> Response:
        """Every destination, and the outbox of all."""
        return self._page(
            request, "list", visitor, look, None, rows=showing.standings(self._house),
            adapters=showing.adapters(),
        )  # fmt: skip

    def show(
        self, request: Request, visitor: Visiting, name: Name, look: Annotated[Look, Query()]
    ) -> Response:
        """One destination: how it stands, its checks, its settings, its outbox."""
        return self._show(request, visitor, self._settings(name), look)

    def _show(
        self, request: Request, visitor: Visitor, settings: DestinationSettings, look: Look, **more: Any
    ) -> Response:
        values = {
            "row": showing.standing(self._house, settings.name),
            "settings": settings,
            "registers": registering.registers(settings.adapter),
            "seen": mark_of(settings),
            "trial": trying.last_trial(self._house, settings.name),
            "looks": seen(self._house, settings.name),
            "scores": scoring.outlook(self._house).get(settings.name),
            "runs": web_runs.shown(self._under_way(settings.name), visitor, self._house.now()),
            **self._form(settings.adapter, settings.settings, settings.takes),
            **more,
        }
        return self._page(request, "one", visitor, look, settings.name, **values)

    def _under_way(self, name: str) -> Any:
        return [run for run in runs.under_way(self._house, DELIVER) if run.subject == name]

    def _form(self, adapter: str, settings: Mapping[str, Any], takes: str) -> dict[str, Any]:
        """The fields of an adapter with what stands in them; none where it is not installed."""
        try:
            fields = configuring.settings_fields(adapter)
        except ConfigError:
            fields = []
        return {"fields": fields, "values": forms.shown(fields, settings), "takes": takes, "problem": None}

    def _page(
        self,
        request: Request,
        template: str,
        visitor: Visitor,
        look: Look,
        name: str | None,
        *,
        status: int = 200,
        **values: Any,
    ) -> Response:
        found = outbox.listed(self._house, look.state, name, after=cursor(look.after), limit=PER_PAGE + 1)
        more = _cursor_of(found[PER_PAGE - 1]) if len(found) > PER_PAGE else None
        return self._pages.page(
            request, f"destinations/{template}.html", status=status, wording=wording, look=look,
            lines=found[:PER_PAGE], more=more, here=name, may_manage=visitor.may(_MANAGE),
            said=SAID.get(look.said), **values,
        )  # fmt: skip

    def new(self, request: Request, adapter: str) -> Response:
        """The form of a new destination."""
        return self._new(request, adapter, "", **self._form(self._known(adapter), {}, "approved"))

    def _known(self, adapter: str) -> str:
        if not any(one.name == adapter and not one.error for one in showing.adapters()):
            raise HTTPException(404)
        return adapter

    def _new(
        self, request: Request, adapter: str, name: str, *, status: int = 200, **values: Any
    ) -> Response:
        shown = {"checks": (), "adapter": adapter, "name": name, **values}
        return self._pages.page(request, "destinations/new.html", status=status, wording=wording, **shown)

    # ------------------------------------------------------------------ setting up

    def add(self, request: Request, visitor: Visiting, adapter: str, typed: Typed) -> Response:
        """Try what was entered, then write it into the configuration; `anyway`: also where a check fails."""
        given, fields = _texts(typed), configuring.settings_fields(self._known(adapter))
        name, takes = given.get("destination-name", ""), given.get("takes", "approved")
        values = {"fields": fields, "values": _again(fields, given, {}), "takes": takes}
        what = forms.entered(fields, given)
        try:
            destination = configuring.settled(self._house, name, adapter, takes, what, {})
            checks = [] if given.get("anyway") else trying.check(self._house, destination, what)
            if all(check.ok for check in checks):
                configuring.add(self._house, destination, what, visitor.account)
                trying.settings_tried(self._house, name, checks)
                return RedirectResponse(f"/destinations/{name}?said=added", 303)
        except GleaneryError as error:
            return self._new(request, adapter, name, status=422, problem=error, **values)
        return self._new(request, adapter, name, status=422, problem=None, checks=checks, **values)

    def edit(self, request: Request, visitor: Visiting, name: Name, typed: Typed) -> Response:
        """Try what was entered, then write it into the configuration; `anyway`: also where a check fails."""
        settings, given = self._settings(name), _texts(typed)
        fields = configuring.settings_fields(settings.adapter)
        takes, what = given.get("takes", "approved"), forms.entered(fields, given)
        checks: list[Check] = []
        problem: GleaneryError | None = None
        seen = given.get("seen")
        try:
            require_unchanged(settings, seen)
            changed = configuring.settled(self._house, name, settings.adapter, takes, what, settings.settings)
            checks = [] if given.get("anyway") else list(trying.check(self._house, changed, what))
            if all(check.ok for check in checks):
                configuring.alter(self._house, changed, what, visitor.account, seen)
                trying.settings_tried(self._house, name, checks)
                return RedirectResponse(f"/destinations/{name}?said=saved", 303)
        except GleaneryError as error:
            problem = error
        values = {"fields": fields, "values": _again(fields, given, settings.settings), "takes": takes}
        return self._show(
            request, visitor, settings, Look(), status=422, problem=problem, checks=checks, **values
        )

    def remove(self, request: Request, visitor: Visiting, name: Name) -> Response:
        """Take it out of the configuration."""
        configuring.remove(self._house, self._settings(name).name, visitor.account)
        return RedirectResponse("/destinations?said=removed", 303)

    def test(self, name: Name) -> Response:
        """Run its checks and show what they say."""
        trying.test(self._house, self._settings(name).name)
        return RedirectResponse(f"/destinations/{name}#checks", 303)

    def deliver(self, visitor: Visiting, name: Name) -> Response:
        """Deliver what is due now; joins what is under way."""
        now.ask(self._house, self._settings(name).name, visitor.account)
        return RedirectResponse(f"/destinations/{name}?said=asked", 303)

    # ------------------------------------------------------------------ the outbox

    def retry_all(self, visitor: Visiting, name: Annotated[str, Form(max_length=63)] = "") -> Response:
        """Try everything again that was given up, at one destination or at all."""
        if name:
            self._settings(name)
        whole_outbox.retry(self._house, visitor.account, name or None)
        self._house.wake()
        return RedirectResponse(_back(name, "retried", DeliveryState.OWED), 303)

    def retry(
        self, visitor: Visiting, delivery: UUID, name: Annotated[str, Form(max_length=63)] = ""
    ) -> Response:
        """Try one again now."""
        self._moved(outbox.retry, visitor, delivery)
        return RedirectResponse(_back(name, "retried", DeliveryState.OWED), 303)

    def give_up(
        self, visitor: Visiting, delivery: UUID, name: Annotated[str, Form(max_length=63)] = ""
    ) -> Response:
        """Try one no more."""
        self._moved(outbox.give_up, visitor, delivery)
        return RedirectResponse(_back(name, "given-up", DeliveryState.DEAD), 303)

    def _moved(self, act: Any, visitor: Visitor, delivery: UUID) -> None:
        try:
            act(self._house, visitor.account, delivery)
        except NoDelivery:
            raise HTTPException(404) from None

    def _settings(self, name: str) -> DestinationSettings:
        """A configured destination. Raises: HTTPException 404."""
        try:
            return self._house.config.destination(name)
        except ConfigError:
            raise HTTPException(404) from None


def _cursor_of(line: outbox.Line) -> str:
    return cursor_of(line.delivery.next_try_at, line.delivery.id)


def _back(name: str, said: str, state: DeliveryState) -> str:
    place = f"/destinations/{name}" if name else "/destinations"
    return f"{place}?said={said}&state={state.value}"


def _texts(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _again(fields: Any, given: Mapping[str, str], kept: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, to be shown again; of a secret only whether there is one."""
    known = forms.shown(fields, kept)
    return {
        one.name: known[one.name] if one.kind is forms.Kind.SECRET else given.get(one.name, "")
        for one in fields
    }
