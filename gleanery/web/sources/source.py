"""One source: how it fares, what it brought and costs, and what can be done with it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import Form, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from gleanery.errors import GleaneryError, Unreachable
from gleanery.flow import configuring, disconnecting, forms, holding, readings, runs, sources, standing
from gleanery.flow.catalogue import offered
from gleanery.flow.connecting import app_of
from gleanery.flow.house import House
from gleanery.flow.quotas import spendings
from gleanery.flow.reading_log import readings as log_of
from gleanery.flow.rights import Right
from gleanery.flow.usage import usage
from gleanery.model.sources import ReadingLog
from gleanery.ports.cells import safe
from gleanery.web.routes import Routes, Visiting
from gleanery.web.runs import shown
from gleanery.web.sources.shared import Desk, Name, Typed, texts
from gleanery.web.sources.wording import said

SOURCE = "/sources/{name}"
LOG_LINES = 20
MOST_LINES = 10_000
"""Lines of a downloaded log."""


class SourcePages(Desk):
    """The page of a source and its forms."""

    def add_to(self, routes: Routes) -> None:
        """The routes of one source."""
        see, manage = Right.SEE_SOURCES, Right.MANAGE_SOURCES
        routes.page(SOURCE, see, self.source_page)
        routes.page(f"{SOURCE}/log.{{form}}", see, self.log)
        routes.page(f"{SOURCE}/check", manage, self.check)
        routes.page(f"{SOURCE}/settings", manage, self.settings)
        routes.page(f"{SOURCE}/disconnect", manage, self.disconnecting)
        routes.act(f"{SOURCE}/read", manage, self.read, does="source.read")
        routes.act(f"{SOURCE}/pause", manage, self.pause, does="source.pause")
        routes.act(f"{SOURCE}/resume", manage, self.resume, does="source.resume")
        routes.act(f"{SOURCE}/release", manage, self.release, does="source.release")
        routes.act(f"{SOURCE}/settings", manage, self.alter, does="source.edit")
        routes.act(f"{SOURCE}/disconnect", manage, self.disconnect, does="source.disconnect")
        routes.act(f"{SOURCE}/remove", manage, self.remove, does="source.remove")

    # ------------------------------------------------------------------ looking

    def source_page(
        self,
        request: Request,
        visitor: Visiting,
        name: Name,
        done: Annotated[str, Query(alias="said", max_length=20)] = "",
        before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    ) -> Response:
        """How it fares, its parts, its log, what it spends, its terms."""
        source = self.source(name)
        under_way = [run for run in runs.under_way(self.house, readings.KIND) if run.subject == name]
        source_id = sources.source_id_of(self.house, name)
        lines = log_of(self.house, source_id, before=before, limit=LOG_LINES)
        is_disconnected = sources.is_disconnected(self.house, name)
        return self.page(
            request,
            "source",
            source=source,
            row=standing.status(self.house, name),
            faults=sources.faults_of(self.house, source_id, 50),
            runs=shown(under_way, visitor, self.house.now()),
            log=lines,
            older=lines[-1].seq if len(lines) == LOG_LINES else None,
            before=before,
            spending=spendings(self.house, [name])[name],
            days=usage(self.house, [name], 14)[::-1],
            offer=offered(source.connector),
            policy=_policy(self.house, name),
            signs_in=_signs_in(self.house, name),
            is_disconnected=is_disconnected,
            words_left=is_disconnected
            and disconnecting.disconnect(self.house, name, "", dry_run=True).posts > 0,
            warnings=[one for one in standing.warnings(self.house) if one.source == name],
            said=lambda: said(done),
        )

    def log(self, name: Name, form: Annotated[str, Path(pattern="^(csv|json)$")]) -> Response:
        """The log as a file."""
        self.source(name)
        lines = log_of(self.house, sources.source_id_of(self.house, name), limit=MOST_LINES)
        kind, text = ("text/csv", _csv(lines)) if form == "csv" else ("application/json", _json(lines))
        disposition = {"content-disposition": f'attachment; filename="{name}-log.{form}"'}
        return Response(text, headers=disposition, media_type=f"{kind}; charset=utf-8")

    def check(self, request: Request, name: Name) -> Response:
        """What the connector's own checks say now; a few requests go out."""
        return self.page(request, "checks", source=self.source(name), checks=standing.check(self.house, name))

    def settings(self, request: Request, name: Name) -> Response:
        """Its settings as a form; of secrets only that they are there."""
        return self._settings(request, name)

    def _settings(
        self,
        request: Request,
        name: str,
        given: Mapping[str, str] | None = None,
        fault: GleaneryError | None = None,
    ) -> Response:
        source = self.source(name)
        fields = configuring.settings_fields(source.connector)
        values = forms.shown(fields, source.settings)
        if given is not None:
            plain = [one.name for one in fields if one.kind is not forms.Kind.SECRET]
            values |= {one: given.get(one, "") for one in plain}
        offer = offered(source.connector)
        return self.page(
            request, "edit", status=422 if fault else 200, source=source, fields=fields, values=values,
            essential=offer.about.essential if offer else (), fault=fault, left_out=(),
            seen=configuring.mark_of(source),
            every_minutes=(given or {}).get("every_minutes", source.every_minutes),
        )  # fmt: skip

    def disconnecting(self, request: Request, name: Name) -> Response:
        """What disconnecting would do."""
        return self._disconnecting(request, name)

    def _disconnecting(
        self, request: Request, name: str, fault: str = "", *, is_other: bool = False
    ) -> Response:
        """The page of the plan; `is_other`: what was typed is not its name."""
        self.source(name)
        plan = disconnecting.disconnect(self.house, name, "", dry_run=True)
        return self.page(
            request, "disconnect", status=422 if fault or is_other else 200, plan=plan, name=name, fault=fault,
            is_other=is_other, may_keep=disconnecting.may_keep(self.house, name),
        )  # fmt: skip

    # ------------------------------------------------------------------ acting

    def read(self, visitor: Visiting, name: Name) -> Response:
        """Read it now; where it is being read, that is shown."""
        self.source(name)
        _run, joined = readings.ask(self.house, name, visitor.account)
        return _back(name, "already" if joined else "reading")

    def pause(self, visitor: Visiting, name: Name) -> Response:
        """Have it rest."""
        self.source(name)
        sources.pause(self.house, name, visitor.account)
        return _back(name, "paused")

    def resume(self, visitor: Visiting, name: Name) -> Response:
        """Have it read again."""
        self.source(name)
        sources.resume(self.house, name, visitor.account)
        self.house.wake()
        return _back(name, "resumed")

    def release(
        self, visitor: Visiting, name: Name, count: Annotated[int, Form(ge=1, le=1_000_000)] = 100
    ) -> Response:
        """Let held posts through."""
        self.source(name)
        holding.release(self.house, name, visitor.account, count)
        self.house.wake()
        return _back(name, "released")

    def alter(self, request: Request, visitor: Visiting, name: Name, typed: Typed) -> Response:
        """Save its settings; refused ones come back with everything that was typed but the secrets."""
        source, given = self.source(name), texts(typed)
        fields = configuring.settings_fields(source.connector)
        what = forms.entered(fields, given)
        plain = {
            "every_minutes": given.get("every_minutes") or source.every_minutes,
            "first_items": source.first_items,
        }
        seen = given.get("seen")
        try:
            configuring.require_unchanged(source, seen)
            changed = configuring.settled(
                self.house, name, source.connector, what, source.settings, plain=plain
            )
            configuring.alter(self.house, changed, visitor.account, seen)
        except GleaneryError as error:
            return self._settings(request, name, given, error)
        return _back(name, "edited")

    def disconnect(
        self,
        request: Request,
        visitor: Visiting,
        name: Name,
        typed: Annotated[str, Form(max_length=100)] = "",
        content: Literal["terms", "keep", "delete"] = Form(default="terms"),
    ) -> Response:
        """End its access, with what the plan said of its content."""
        self.source(name)
        if typed.strip() != name:
            return self._disconnecting(request, name, is_other=True)
        keep = {"terms": None, "keep": True, "delete": False}[content]
        try:
            done = disconnecting.disconnect(self.house, name, visitor.account, keep_content=keep)
        except Unreachable as error:  # it is being read: its access is ended, the rest is for a second time
            return self._disconnecting(request, name, str(error))
        return self.page(request, "disconnected", done=done, name=name)

    def remove(self, visitor: Visiting, name: Name) -> Response:
        """Take a disconnected source out of the configuration."""
        self.source(name)
        configuring.remove(self.house, name, visitor.account)
        return RedirectResponse("/sources?said=removed", 303)


def _back(name: str, code: str) -> Response:
    return RedirectResponse(f"/sources/{name}?said={code}", 303)


def _signs_in(house: House, name: str) -> bool:
    try:
        return not app_of(house, name).client_credentials
    except GleaneryError:
        return False


def _policy(house: House, name: str) -> Any:
    try:
        return house.connector(house.config.source(name)).policy
    except GleaneryError:
        return None


_COLUMNS = ("began_at", "ended_at", "end", "new", "changed", "gone", "faults", "words")


def _plain(line: ReadingLog) -> dict[str, Any]:
    told = {name: getattr(line, name) for name in _COLUMNS}
    return {
        **told,
        "began_at": line.began_at.isoformat(),
        "ended_at": line.ended_at.isoformat(),
        "end": line.end.value,
    }


def _json(lines: Sequence[ReadingLog]) -> str:
    return json.dumps([_plain(line) for line in lines], ensure_ascii=False, indent=1)


def _csv(lines: Sequence[ReadingLog]) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, _COLUMNS)
    writer.writeheader()
    for line in lines:
        told = _plain(line)
        writer.writerow({**told, "words": safe(told["words"])})
    return written.getvalue()
