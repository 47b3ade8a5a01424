"""The rules of retention as a person sees them: what each would take now, and their application by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from gleanery.errors import BadInput
from gleanery.flow import retention, runs
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.flow.retention import Applied
from gleanery.model.record import Entry
from gleanery.model.runs import Run
from xapi.bundles.model import moment

KIND = "retention"
DRY, APPLY = "dry-run", "apply"
_KEPT = "record"
_RESULT = "retention"


@dataclass(frozen=True)
class Rule:
    """A rule as it is configured, None where it takes nothing; when it was last applied, and how much went."""

    name: str
    what: str
    days: int | None
    verb: str | None = None
    purpose: str | None = None
    applied_at: datetime | None = None
    applied_count: int = 0


@dataclass(frozen=True)
class Retaining:
    """The rules, what the last dry run counted ({"at", "rules": [{rule, what, days, before, count}]}), what runs."""

    rules: Sequence[Rule]
    counted: dict[str, Any] | None
    run: Run | None


def standing(house: House) -> Retaining:
    """How the rules stand."""
    settings, last = house.config.retention, _last_applied(house)
    rules = [
        Rule(name, "posts", getattr(settings, f"{name}_days"), None, None, *last.get(name, (None, 0)))
        for name in ("undecided", "rejected", "retracted")
    ]
    rules += [
        Rule(one.name, "statements", one.days, one.verb, one.purpose, *last.get(one.name, (None, 0)))
        for one in settings.statements
    ]
    counted = PluginStore(house.store, _KEPT, house.now).get(_RESULT)
    return Retaining(rules, counted, next(iter(runs.under_way(house, KIND)), None))


def ask(house: House, account: str, *, dry_run: bool, confirmed: bool = False) -> Run:
    """The run that counts what the rules would take, or lets it go, which wants to be confirmed. Raises: BadInput."""
    if not dry_run and not confirmed:
        raise BadInput(
            "Nothing was deleted: it was not confirmed.",
            remedy="Tick that it cannot be undone, then apply the rules.",
        )
    with house.store.write() as session:
        actor = f"person:{house.person(session, account)}"
        task = {"account": account, "dry_run": dry_run}
        return runs.ask(session, house, KIND, DRY if dry_run else APPLY, actor, task)


def work(house: House, run: Run, progress: runs.Progress) -> None:
    """Count, or apply the rules; both leave in the end what is now left to take. Raises: GleaneryError."""
    done = 0

    def advance(_rule: str, count: int) -> None:
        nonlocal done
        done += count
        progress.at(done)

    if not run.task["dry_run"]:
        retention.apply(house, by=run.task["account"], progress=advance)
    _keep(house, retention.apply(house, dry_run=True, progress=lambda _rule, _count: None))
    progress.at(done)


def _keep(house: House, counted: Sequence[Applied]) -> None:
    rules = [asdict(one) | {"before": one.before.isoformat()} for one in counted]
    result = {"at": house.now().isoformat(), "rules": rules}
    PluginStore(house.store, _KEPT, house.now).put(_RESULT, result)


def _last_applied(house: House) -> dict[str, tuple[datetime, int]]:
    """By rule: when it was last applied and how many went, as the audit log tells it."""
    newest = (
        sa.select(col(Entry.subject), sa.func.max(col(Entry.seq)).label("seq"))
        .where(col(Entry.action) == "retention.applied")
        .group_by(col(Entry.subject))
        .subquery()
    )
    columns = (col(Entry.subject), sa.type_coerce(col(Entry.at), sa.BigInteger), col(Entry.detail))
    query = sa.select(*columns).join(newest, newest.c.seq == col(Entry.seq))
    with house.store.read() as session:
        rows = session.execute(query).all()
    return {
        subject.partition(":")[2]: (moment(at).astimezone(UTC), int(json.loads(detail).get("count", 0)))
        for subject, at, detail in rows
    }
