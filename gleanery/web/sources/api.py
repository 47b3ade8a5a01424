"""The API of sources: whatever the pages of the desk can do."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query
from starlette.exceptions import HTTPException

from gleanery.config import SourceSettings
from gleanery.errors import BadInput
from gleanery.flow import (
    configuring,
    disconnecting,
    drafts,
    forms,
    holding,
    readings,
    runs,
    sources,
    standing,
)
from gleanery.flow.catalogue import Offered, catalogue, offered
from gleanery.flow.forms import Entered
from gleanery.flow.house import House
from gleanery.flow.quotas import Spending, spendings
from gleanery.flow.reading_log import readings as log_of
from gleanery.flow.rights import Right
from gleanery.flow.usage import usage
from gleanery.web.routes import Routes, Visiting
from gleanery.web.sources import shapes
from gleanery.web.sources.shared import RESERVED, Name, configured, redirect_address

ONE = "/sources/{name}"


class SourcesApi:
    """Sources and connectors, for programs."""

    def __init__(self, house: House) -> None:
        self._house = house

    def add_to(self, routes: Routes) -> None:
        """The addresses of connectors and sources."""
        see, manage = Right.SEE_SOURCES, Right.MANAGE_SOURCES
        looks: tuple[tuple[str, Any, Any, tuple[int, ...]], ...] = (
            ("/connectors", self.connectors, shapes.ConnectorList, ()),
            ("/connectors/{connector}", self.connector, shapes.ConnectorTold, (404,)),
            ("/sources", self.sources, shapes.SourceList, ()),
            (ONE, self.source, shapes.SourceInFull, (404,)),
            (f"{ONE}/log", self.log, shapes.LogList, (404,)),
            (f"{ONE}/usage", self.usage, shapes.UsageList, (404,)),
        )
        for path, endpoint, model, errors in looks:
            routes.api("GET", path, see, endpoint, response_model=model, errors=errors)
        for path, endpoint, model in (
            (f"{ONE}/checks", self.checks, shapes.CheckList),
            (f"{ONE}/disconnect", self.disconnect_plan, shapes.DisconnectTold),
        ):
            routes.api("GET", path, manage, endpoint, response_model=model, errors=(404, 409, 503))
        deeds: tuple[tuple[str, str, Any, str, Any], ...] = (
            ("POST", "/sources", self.add, "source.add", shapes.SourceTold),
            ("PATCH", ONE, self.edit, "source.edit", shapes.SourceInFull),
            ("POST", f"{ONE}/read", self.read, "source.read", shapes.RunAsked),
            ("POST", f"{ONE}/pause", self.pause, "source.pause", shapes.Done),
            ("POST", f"{ONE}/resume", self.resume, "source.resume", shapes.Done),
            ("POST", f"{ONE}/release", self.release, "source.release", shapes.Released),
            ("POST", f"{ONE}/sign-in", self.sign_in, "source.sign-in", shapes.SignInBegun),
            ("POST", f"{ONE}/disconnect", self.disconnect, "source.disconnect", shapes.DisconnectTold),
            ("DELETE", ONE, self.remove, "source.remove", shapes.Done),
        )
        routes.api(
            "POST", "/sources/sign-in", manage, self.signed_in, does="source.connect",
            response_model=shapes.SignedIn, errors=(409, 410, 503),
        )  # fmt: skip
        for method, path, endpoint, does, model in deeds:
            routes.api(
                method, path, manage, endpoint, does=does, response_model=model, errors=(404, 409, 410, 503)
            )

    # ------------------------------------------------------------------ looking

    def connectors(self) -> shapes.ConnectorList:
        """Every installed connector: what it can and cannot do."""
        items = [_connector(one) for one in catalogue()]
        return shapes.ConnectorList(items=items, total=len(items))

    def connector(self, connector: str) -> shapes.ConnectorTold:
        """One connector with its settings."""
        offer = offered(connector)
        if offer is None:
            raise HTTPException(404, "No connector of this name is installed.")
        told = _connector(offer)
        if not offer.error:
            told.settings = [_field(one) for one in configuring.settings_fields(connector)]
        return told

    def sources(self) -> shapes.SourceList:
        """Every source and how it fares."""
        rows = standing.standing(self._house)
        spent = spendings(self._house, [row["name"] for row in rows])
        reading = {run.subject for run in runs.under_way(self._house, readings.KIND)}
        items = [shapes.SourceTold(**_told(row, spent[row["name"]], reading)) for row in rows]
        return shapes.SourceList(items=items, total=len(items))

    def source(self, name: Name) -> shapes.SourceInFull:
        """One source in detail."""
        source = configured(self._house, name)
        row = standing.status(self._house, name)
        reading = {run.subject for run in runs.under_way(self._house, readings.KIND)}
        told = _told(row, spendings(self._house, [name])[name], reading)
        return shapes.SourceInFull(
            **told,
            settings=forms.shown(configuring.settings_fields(source.connector), source.settings),
            every_minutes=source.every_minutes,
            first_items=source.first_items,
            events_waiting=row["events_waiting"],
            overdue=row["overdue"],
            partitions=row["partitions"],
            is_disconnected=sources.is_disconnected(self._house, name),
        )

    def log(
        self,
        name: Name,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        after: Annotated[int | None, Query(ge=1, le=2**62, description="`next` of the page before.")] = None,
    ) -> shapes.LogList:
        """What each reading brought, the newest first."""
        configured(self._house, name)
        source_id = sources.source_id_of(self._house, name)
        lines = log_of(self._house, source_id, before=after, limit=limit + 1)
        items = [
            shapes.LogLine(**one.model_dump(exclude={"seq", "source_id", "end"}), end=one.end.value)
            for one in lines[:limit]
        ]
        return shapes.LogList(items=items, next=lines[limit - 1].seq if len(lines) > limit else None)

    def usage(self, name: Name, days: Annotated[int, Query(ge=1, le=400)] = 30) -> shapes.UsageList:
        """What was spent by day."""
        configured(self._house, name)
        items = [shapes.DayTold(**one._asdict()) for one in usage(self._house, [name], days)]
        return shapes.UsageList(items=items, total=len(items))

    def checks(self, name: Name) -> shapes.CheckList:
        """What the connector's own checks say now; a few requests go out."""
        configured(self._house, name)
        items = [shapes.CheckTold(**one) for one in standing.check(self._house, name)]
        return shapes.CheckList(items=items, total=len(items))

    def disconnect_plan(self, name: Name) -> shapes.DisconnectTold:
        """What disconnecting would do."""
        configured(self._house, name)
        return shapes.DisconnectTold(**asdict(disconnecting.disconnect(self._house, name, "", dry_run=True)))

    # ------------------------------------------------------------------ doing

    def add(self, visitor: Visiting, new: shapes.NewSource) -> shapes.SourceTold:
        """Add a source; its first reading begins."""
        if new.name in RESERVED:
            raise BadInput("A page of the desk has this name.", remedy="Choose another one.")
        source = configuring.prepare(
            self._house,
            new.name,
            new.connector,
            _entered(new.connector, new.settings),
            plain={"every_minutes": new.every_minutes, "first_items": new.first_items},
        )
        configuring.add(self._house, source, visitor.account)
        return shapes.SourceTold.model_validate(self.source(new.name).model_dump())

    def edit(self, visitor: Visiting, name: Name, edit: shapes.SourceEdit) -> shapes.SourceInFull:
        """Change a source's settings."""
        source = configured(self._house, name)
        what = Entered(_without_secrets(source), {})
        if edit.settings is not None:
            what = _entered(source.connector, edit.settings)
        plain = {
            "every_minutes": edit.every_minutes or source.every_minutes,
            "first_items": source.first_items,
        }
        changed = configuring.settled(self._house, name, source.connector, what, source.settings, plain=plain)
        configuring.alter(self._house, changed, visitor.account)
        return self.source(name)

    def read(self, visitor: Visiting, name: Name) -> shapes.RunAsked:
        """Read it now; where it is being read already, that run is told."""
        configured(self._house, name)
        run, joined = readings.ask(self._house, name, visitor.account)
        return shapes.RunAsked(run=run.id, joined=joined)

    def pause(self, visitor: Visiting, name: Name) -> shapes.Done:
        """Have it rest until it is resumed."""
        configured(self._house, name)
        return shapes.Done(changed=sources.pause(self._house, name, visitor.account))

    def resume(self, visitor: Visiting, name: Name) -> shapes.Done:
        """Have it read again, beginning now."""
        configured(self._house, name)
        changed = sources.resume(self._house, name, visitor.account)
        self._house.wake()
        return shapes.Done(changed=changed)

    def release(self, visitor: Visiting, name: Name, asked: shapes.Release) -> shapes.Released:
        """Let posts through that its first reading held back."""
        configured(self._house, name)
        through = holding.release(self._house, name, visitor.account, asked.count)
        self._house.wake()
        return shapes.Released(let_through=through)

    def sign_in(self, visitor: Visiting, name: Name) -> shapes.SignInBegun:
        """Begin a sign-in at the platform; a person opens the address."""
        configured(self._house, name)
        redirect = redirect_address(self._house)
        draft = drafts.ask_again(self._house, name, visitor.person_id, redirect, visitor.account)
        return shapes.SignInBegun(address=draft.opens, until=draft.opens_until)

    def signed_in(self, visitor: Visiting, answer: shapes.SignInAnswer) -> shapes.SignedIn:
        """Finish a sign-in that you began, for a source or a draft."""
        done, _ = drafts.finish(self._house, answer.address, visitor.person_id, visitor.account)
        return shapes.SignedIn(**asdict(done))

    def disconnect(self, visitor: Visiting, name: Name, asked: shapes.Disconnect) -> shapes.DisconnectTold:
        """End its access, and let go of its words where the terms or you want that."""
        configured(self._house, name)
        if asked.confirm != name:
            raise BadInput("`confirm` is not the name of the source.", remedy="Send its name once more.")
        done = disconnecting.disconnect(self._house, name, visitor.account, keep_content=asked.keep_content)
        return shapes.DisconnectTold(**asdict(done))

    def remove(self, visitor: Visiting, name: Name) -> shapes.Done:
        """Take a disconnected source out of the configuration."""
        configured(self._house, name)
        configuring.remove(self._house, name, visitor.account)
        return shapes.Done(changed=True)


def _entered(connector: str, settings: dict[str, Any]) -> Entered:
    return forms.taken_apart(configuring.settings_fields(connector), settings)


def _without_secrets(source: SourceSettings) -> dict[str, Any]:
    fields = configuring.settings_fields(source.connector)
    secrets = {one.name for one in fields if one.kind is forms.Kind.SECRET}
    return {name: value for name, value in source.settings.items() if name not in secrets}


def _connector(offer: Offered) -> shapes.ConnectorTold:
    about = offer.about
    return shapes.ConnectorTold(
        name=offer.name,
        title=about.title,
        can=list(about.can),
        cannot=list(about.cannot),
        needs=list(about.needs),
        terms=about.terms,
        scopes=dict(about.scopes),
        app_page=about.app_page,
        distribution=offer.distribution,
        signs_in=offer.may_sign_in,
        error=offer.error,
        settings=[],
    )


def _field(field: forms.Field) -> shapes.SettingField:
    told = {name: getattr(field, name) for name in ("name", "hint", "required", "default")}
    return shapes.SettingField(**told, kind=field.kind.value, choices=list(field.choices))


def _told(row: dict[str, Any], spending: Spending, reading: set[str]) -> dict[str, Any]:
    known = {name: row[name] for name in shapes.SourceTold.model_fields if name in row}
    return {
        **known,
        "is_running": row["name"] in reading,
        "requests_this_month": spending.requests,
        "usd_this_month": spending.money,
        "quotas": [asdict(one) for one in spending.quotas],
    }
