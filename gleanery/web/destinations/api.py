"""/api/destinations and /api/deliveries: setting up, trying and delivering, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gleanery.config import DestinationSettings
from gleanery.errors import BadInput, ConfigError
from gleanery.flow import outbox as whole_outbox
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.destinations import configuring, now, outbox, showing, trying
from gleanery.flow.destinations.outbox import NoDelivery
from gleanery.flow.forms import Entered, taken_apart
from gleanery.flow.house import House
from gleanery.flow.rights import Right
from gleanery.model.destinations import DeliveryState
from gleanery.ports import Check
from gleanery.web.cursors import cursor, cursor_of
from gleanery.web.destinations.desk import Name
from gleanery.web.destinations.shapes import (
    Asked,
    DeliveryList,
    DeliveryShape,
    DestinationList,
    DestinationShape,
    DestinationWanted,
    Retried,
    RetryWanted,
    SettingsWanted,
    TrialShape,
)
from gleanery.web.routes import Routes, Visiting

_SEE, _MANAGE = Right.SEE_DESTINATIONS, Right.MANAGE_DESTINATIONS


class DestinationsApi:
    """The addresses about destinations and deliveries."""

    def __init__(self, house: House) -> None:
        self._house = house

    def router(self) -> APIRouter:
        """Every address with its policy."""
        routes, one = Routes("destinations"), "/destinations/{name}"
        routes.api("GET", "/destinations", _SEE, self.list, response_model=DestinationList)
        routes.api("GET", one, _SEE, self.show, errors=(404,), response_model=DestinationShape)
        routes.api(
            "POST", "/destinations", _MANAGE, self.add, does="destination.add", status_code=201,
            errors=(409, 503), response_model=DestinationShape,
        )  # fmt: skip
        routes.api(
            "PUT", one, _MANAGE, self.edit, does="destination.edit", errors=(404, 409, 503),
            response_model=DestinationShape,
        )  # fmt: skip
        routes.api(
            "DELETE", one, _MANAGE, self.remove, does="destination.remove", status_code=204,
            errors=(404, 503),
        )  # fmt: skip
        routes.api(
            "POST", f"{one}/test", _MANAGE, self.test, does="destination.test", errors=(404,),
            response_model=TrialShape,
        )  # fmt: skip
        routes.api(
            "POST", f"{one}/deliver", _MANAGE, self.deliver, does="destination.deliver", status_code=202,
            errors=(404,), response_model=Asked,
        )  # fmt: skip
        routes.api("GET", "/deliveries", _SEE, self.deliveries, response_model=DeliveryList)
        routes.api(
            "GET", "/deliveries/{delivery}", _SEE, self.delivery, errors=(404,), response_model=DeliveryShape
        )
        routes.api(
            "POST", "/deliveries/retry", _MANAGE, self.retry_all, does="delivery.retry-all", errors=(404,),
            response_model=Retried,
        )  # fmt: skip
        for path, does, endpoint in (
            ("retry", "delivery.retry", self.retry),
            ("give-up", "delivery.give-up", self.give_up),
        ):
            routes.api(
                "POST", f"/deliveries/{{delivery}}/{path}", _MANAGE, endpoint, does=does, errors=(404, 409),
                response_model=DeliveryShape,
            )  # fmt: skip
        return routes.router

    # ------------------------------------------------------------------ destinations

    def list(self) -> DestinationList:
        """Every destination with how it stands."""
        settings = {one.name: one.settings for one in self._house.config.destinations}
        rows = showing.standings(self._house)
        items = [DestinationShape.of(row, settings[row.name]) for row in rows]
        return DestinationList(items=items, total=len(items))

    def show(self, name: Name) -> DestinationShape:
        """One destination."""
        settings = self._settings(name)
        return DestinationShape.of(showing.standing(self._house, name), settings.settings)

    def add(self, visitor: Visiting, wanted: DestinationWanted) -> DestinationShape:
        """Try it, then write it into the configuration."""
        what = self._taken_apart(wanted.adapter, wanted.settings)
        made = configuring.settled(self._house, wanted.name, wanted.adapter, wanted.takes, what, {})
        checks = () if wanted.anyway else self._fine(made, what)
        configuring.add(self._house, made, what, visitor.account)
        trying.settings_tried(self._house, wanted.name, checks)
        return self.show(wanted.name)

    def edit(self, visitor: Visiting, name: Name, wanted: SettingsWanted) -> DestinationShape:
        """Try the new settings, then write them into the configuration."""
        now_is = self._settings(name)
        what = self._taken_apart(now_is.adapter, wanted.settings)
        made = configuring.settled(self._house, name, now_is.adapter, wanted.takes, what, now_is.settings)
        checks = () if wanted.anyway else self._fine(made, what)
        configuring.alter(self._house, made, what, visitor.account)
        trying.settings_tried(self._house, name, checks)
        return self.show(name)

    def _taken_apart(self, adapter: str, settings: dict[str, Any]) -> Entered:
        try:
            fields = configuring.settings_fields(adapter)
        except ConfigError as error:
            raise BadInput(error.message, remedy=error.remedy) from error
        return taken_apart(fields, settings)

    def _fine(self, destination: DestinationSettings, what: Entered) -> Sequence[Check]:
        """Its checks, which all hold. Raises: BadInput naming the first that fails."""
        checks = trying.check(self._house, destination, what)
        for check in checks:
            if not check.ok:
                raise BadInput(check.message, remedy=check.remedy)
        return checks

    def remove(self, visitor: Visiting, name: Name) -> Response:
        """Take it out of the configuration; what stands there stays."""
        configuring.remove(self._house, self._settings(name).name, visitor.account)
        return Response(status_code=204)

    def test(self, name: Name) -> TrialShape:
        """Run its checks."""
        return TrialShape.of(trying.test(self._house, self._settings(name).name))

    def deliver(self, visitor: Visiting, name: Name) -> Asked:
        """Deliver what is due now; joins what is under way."""
        run, joined = now.ask(self._house, self._settings(name).name, visitor.account)
        return Asked(run=run.id, joined=joined)

    def _settings(self, name: str) -> DestinationSettings:
        try:
            return self._house.config.destination(name)
        except ConfigError as error:
            raise HTTPException(404, error.message) from error

    # ------------------------------------------------------------------ deliveries

    def deliveries(
        self,
        state: DeliveryState = DeliveryState.OWED,
        destination: Annotated[str | None, Query(max_length=63)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        after: Annotated[str, Query(max_length=80)] = "",
    ) -> DeliveryList:
        """The deliveries in a state, of one destination or of all."""
        found = outbox.listed(self._house, state, destination, after=cursor(after), limit=limit + 1)
        last = found[limit - 1].delivery if len(found) > limit else None
        return DeliveryList(
            items=[DeliveryShape.of(line) for line in found[:limit]],
            next=cursor_of(last.next_try_at, last.id) if last is not None else None,
        )

    def delivery(self, delivery: UUID) -> DeliveryShape:
        """One delivery."""
        try:
            return DeliveryShape.of(outbox.one(self._house, delivery))
        except NoDelivery as error:
            raise HTTPException(404, error.message) from error

    def retry_all(self, visitor: Visiting, wanted: RetryWanted) -> Retried:
        """Try everything again that was given up."""
        if wanted.destination is not None:
            self._settings(wanted.destination)
        number = whole_outbox.retry(self._house, visitor.account, wanted.destination)
        self._house.wake()
        return Retried(retried=number)

    def retry(self, visitor: Visiting, delivery: UUID) -> DeliveryShape:
        """Try one again now."""
        return self._moved(outbox.retry, visitor, delivery)

    def give_up(self, visitor: Visiting, delivery: UUID) -> DeliveryShape:
        """Try one no more, until somebody does."""
        return self._moved(outbox.give_up, visitor, delivery)

    def _moved(self, act: Any, visitor: Visitor, delivery: UUID) -> DeliveryShape:
        try:
            act(self._house, visitor.account, delivery)
        except NoDelivery as error:
            raise HTTPException(404, error.message) from error
        return self.delivery(delivery)
