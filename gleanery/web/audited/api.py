"""The audit log, its verification and retention for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import HTTPException, Query
from pydantic import BaseModel, Field

from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.flow.recorded import entries, retaining, verification, working
from gleanery.flow.recorded.entries import Place, Told
from gleanery.flow.recorded.trails import Step, trail_of
from gleanery.flow.rights import Right
from gleanery.web.audited.verifying import stop
from gleanery.web.given import Given
from gleanery.web.recorded.api import RunTold, run_told
from gleanery.web.recorded.filters import EntryFilters
from gleanery.web.routes import Routes, Visiting


class EntryTold(BaseModel):
    """An entry of the audit log: ids and codes, and its hash in the chain."""

    seq: int
    at: datetime
    action: str
    actor: str
    subject: str
    detail: dict[str, Any]
    hash: str


class EntryPage(BaseModel):
    """Entries, newest first; `next` is the `after` of the next page. More than 10,000 are not counted."""

    items: list[EntryTold]
    next: str | None
    total: int | None


class StepTold(BaseModel):
    """One thing that was done, as the audit log (an action) or a statement (a verb) tells it."""

    at: datetime
    log: str
    seq: int
    what: str
    who: str
    subject: str
    why: str


class TrailTold(BaseModel):
    """What a thing is called in the log, and all that was done to it, in order."""

    name: str
    items: list[StepTold]
    next: None = None
    total: int


class LogTold(BaseModel):
    """How a log stands: its last entry, the last checkpoint, and the one at the second place."""

    name: str
    entries: int
    head: str
    checkpoint: int | None
    checkpoint_at: str | None
    elsewhere: int | None


class RecordTold(BaseModel):
    """How the record stands, and what the last verification found."""

    logs: list[LogTold]
    fingerprint: str
    public_key: str
    second_place: bool
    found: dict[str, Any] | None
    run: RunTold | None


class RuleTold(BaseModel):
    """A rule of retention; `days` is missing where it takes nothing."""

    name: str
    what: str
    days: int | None
    verb: str | None
    purpose: str | None
    applied_at: datetime | None
    applied_count: int


class RetentionTold(BaseModel):
    """The rules of retention, what the last dry run counted, and what goes on."""

    rules: list[RuleTold]
    counted: dict[str, Any] | None
    run: RunTold | None


class Confirmed(Given):
    """That somebody knows it cannot be undone."""

    confirmed: bool = Field(default=False)


class Asked(EntryFilters):
    """The filters of a page, how many entries it has, and the place it goes on at."""

    limit: Annotated[int, Query(ge=1, le=200)] = 50
    after: Annotated[str, Query(max_length=40)] = ""


class AuditApi:
    """The addresses of the desk of audit."""

    def __init__(self, house: House) -> None:
        self._house = house

    def add_to(self, routes: Routes) -> None:
        """Add these addresses to the routes of the desk."""
        see, retain = Right.SEE_AUDIT, Right.RETAIN
        routes.api("GET", "/audit", see, self.entries, response_model=EntryPage)
        routes.api("GET", "/audit/trail/{thing}", see, self.trail, response_model=TrailTold, errors=(404,))
        routes.api("GET", "/verification", see, self.standing, response_model=RecordTold, errors=(503,))
        routes.api(
            "POST",
            "/verification",
            see,
            self.verify,
            does="record.verify",
            status_code=202,
            response_model=RunTold,
        )
        routes.api(
            "DELETE", "/verification", see, self.stop_verifying, does="verification.cancel", response_model=RunTold,
            errors=(409,),
        )  # fmt: skip
        routes.api("GET", "/retention", see, self.retention, response_model=RetentionTold)
        routes.api(
            "POST", "/retention/count", retain, self.count, does="retention.count", status_code=202,
            response_model=RunTold,
        )  # fmt: skip
        routes.api(
            "POST", "/retention/apply", retain, self.apply, does="retention.apply", status_code=202,
            response_model=RunTold,
        )  # fmt: skip
        routes.api(
            "DELETE", "/retention/run", retain, self.stop_retaining, does="retention.cancel", response_model=RunTold,
            errors=(409,),
        )  # fmt: skip

    def entries(self, visitor: Visiting, asked: Annotated[Asked, Query()]) -> EntryPage:
        """The entries that match all filters, newest first."""
        selection = asked.selection(self._house)
        before = Place.parse(asked.after) if asked.after else None
        found = entries.find(self._house, visitor.account, selection, before=before, limit=asked.limit)
        total = entries.count(self._house, selection)
        return EntryPage(
            items=[_entry(one) for one in found.rows],
            next=str(found.next) if found.next else None,
            total=total if total <= entries.MOST_COUNTED else None,
        )

    def trail(self, visitor: Visiting, thing: str) -> TrailTold:
        """All that was done to a thing: by its id, an account, a source, or `kind:name`."""
        try:
            if not thing.isprintable():
                raise BadInput("This is no id.")
            found = trail_of(self._house, visitor.account, thing)
        except BadInput as error:
            raise HTTPException(404, error.message) from error
        return TrailTold(name=found.name, items=[_step(one) for one in found.steps], total=len(found.steps))

    def standing(self) -> RecordTold:
        """How each log stands, the public key, and what the last verification found."""
        stands = verification.standing(self._house)
        return RecordTold(
            logs=[
                LogTold(
                    name=one.name,
                    entries=one.head.seq,
                    head=one.head.hash.hex(),
                    checkpoint=one.checkpoint.seq if one.checkpoint else None,
                    checkpoint_at=one.checkpoint.at if one.checkpoint else None,
                    elsewhere=one.elsewhere.seq if one.elsewhere else None,
                )
                for one in stands.logs
            ],
            fingerprint=stands.fingerprint,
            public_key=stands.public_key,
            second_place=stands.has_second_place,
            found=stands.found,
            run=run_told(stands.run) if stands.run else None,
        )

    def verify(self, visitor: Visiting) -> RunTold:
        """Verify all logs; asking again meanwhile joins what goes on."""
        run = verification.ask(self._house, visitor.account)
        working.begin(self._house, run)
        return run_told(run)

    def stop_verifying(self) -> RunTold:
        """Stop the verification that goes on."""
        return run_told(stop(self._house, verification.KIND))

    def retention(self) -> RetentionTold:
        """The rules, when they were last applied, and what the last dry run counted."""
        stands = retaining.standing(self._house)
        return RetentionTold(
            rules=[RuleTold(**vars(one)) for one in stands.rules],
            counted=stands.counted,
            run=run_told(stands.run) if stands.run else None,
        )

    def count(self, visitor: Visiting) -> RunTold:
        """Count what the rules would take; nothing goes."""
        return self._retain(visitor.account, dry_run=True)

    def apply(self, visitor: Visiting, asked: Confirmed) -> RunTold:
        """Let go what the rules take; it has to be confirmed and cannot be undone."""
        return self._retain(visitor.account, dry_run=False, confirmed=asked.confirmed)

    def _retain(self, account: str, *, dry_run: bool, confirmed: bool = False) -> RunTold:
        run = retaining.ask(self._house, account, dry_run=dry_run, confirmed=confirmed)
        working.begin(self._house, run)
        return run_told(run)

    def stop_retaining(self) -> RunTold:
        """Stop what goes on; what was let go is gone."""
        return run_told(stop(self._house, retaining.KIND))


def _entry(one: Told) -> EntryTold:
    line = one.line
    return EntryTold(
        seq=line.seq,
        at=one.at,
        action=line.action,
        actor=line.actor,
        subject=line.subject,
        detail=one.detail,
        hash=line.hash.hex(),
    )


def _step(one: Step) -> StepTold:
    event = one.event
    return StepTold(
        at=event.at,
        log=event.log,
        seq=event.seq,
        what=event.what,
        who=event.who,
        subject=event.subject,
        why=event.why,
    )
