"""Sources that somebody is setting up: kept sealed until they are saved, so that a reload or a break loses nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, select

from gleanery.config import SourceSettings
from gleanery.errors import BadInput, GleaneryError
from gleanery.flow import configuring, connecting, runs
from gleanery.flow.dry_run import dry_run
from gleanery.flow.forms import Entered
from gleanery.flow.granting import revoke
from gleanery.flow.house import House
from gleanery.flow.settings import forget_secret
from gleanery.flow.standing import check
from gleanery.model.runs import Run
from gleanery.model.sources import SourceDraft
from gleanery.plugins import plugin
from gleanery.ports import Choice, Offers, SignsIn

LIVES = timedelta(days=30)
"""A draft that nobody touched for so long is forgotten."""

TRY = "try"
"""The kind of runs in which a draft is tried out: what would come, what it would cost."""


class NoDraft(BadInput):
    """There is no such draft, or it is somebody else's."""


@dataclass(frozen=True)
class Draft:
    """What was entered so far. `name` is empty until the settings are whole for the first time.

    `allowed`: scopes that the sign-in brought, None before it; `lacking` those that were not allowed; `opens`: where
    a sign-in that was begun goes on, until `opens_until`; `checks` and `outlook`: what the last trial said.
    """

    id: UUID
    person_id: UUID
    connector: str
    name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    every_minutes: int = 60
    first_items: int | None = 200
    allowed: tuple[str, ...] | None = None
    lacking: tuple[str, ...] = ()
    opens: str = ""
    opens_until: str = ""
    checks: tuple[Mapping[str, Any], ...] = ()
    outlook: tuple[Mapping[str, Any], ...] = ()
    is_sign_in: bool = False

    @property
    def source(self) -> SourceSettings:
        """The source that it would become."""
        return SourceSettings(
            name=self.name,
            connector=self.connector,
            every_minutes=self.every_minutes,
            first_items=self.first_items,
            settings=dict(self.settings),
        )

    def waits_for_platform(self, now: datetime) -> bool:
        """Whether a sign-in was begun that can still be finished."""
        return bool(self.opens) and datetime.fromisoformat(self.opens_until) > now


# --------------------------------------------------------------------------- kept


def begin(house: House, connector: str, person_id: UUID) -> Draft:
    """A new draft. Raises: ConfigError for a connector that is not installed."""
    plugin("connector", connector)
    return _keep(house, Draft(uuid4(), person_id, connector), "source.draft-begun")


def find(house: House, draft_id: UUID, person_id: UUID) -> Draft:
    """A draft of this person. Raises: NoDraft."""
    with house.store.read() as session:
        row = session.get(SourceDraft, draft_id)
    if row is None or row.person_id != person_id:
        raise NoDraft("There is no such draft.", remedy="It may have been saved or discarded meanwhile.")
    return _opened(house, row)


def drafts_of(house: House, person_id: UUID) -> Sequence[Draft]:
    """What this person is setting up, the latest first."""
    query = select(SourceDraft).where(SourceDraft.person_id == person_id)
    with house.store.read() as session:
        rows = session.exec(query.order_by(col(SourceDraft.changed_at).desc())).all()
    return [_opened(house, row) for row in rows]


def _opened(house: House, row: SourceDraft) -> Draft:
    told = json.loads(house.vault.open(row.id, row.sealed))
    several = {name: tuple(told[name]) for name in ("lacking", "checks", "outlook")}
    allowed = None if told["allowed"] is None else tuple(told["allowed"])
    return Draft(**{**told, **several, "allowed": allowed, "id": row.id, "person_id": row.person_id})


def _keep(house: House, draft: Draft, action: str = "") -> Draft:
    """Keep it, audited where it is a deed of the person's."""
    told = {key: value for key, value in asdict(draft).items() if key not in ("id", "person_id")}
    sealed = house.vault.seal(draft.id, json.dumps(told, default=str).encode())
    with house.change() as change:
        row = change.session.get(SourceDraft, draft.id) or SourceDraft(
            id=draft.id, person_id=draft.person_id, source="", sealed=b"", changed_at=change.at
        )
        row.source, row.sealed, row.changed_at = draft.name, sealed, change.at
        change.session.add(row)
        if action:
            change.audit(action, f"person:{draft.person_id}", f"draft:{draft.id}", connector=draft.connector)
    return draft


def _drop(house: House, draft: Draft, action: str = "") -> None:
    with house.change() as change:
        row = change.session.get(SourceDraft, draft.id)
        if row is not None:
            change.session.delete(row)
        if action:
            change.audit(action, f"person:{draft.person_id}", f"draft:{draft.id}", connector=draft.connector)


# --------------------------------------------------------------------------- filled in


def fill(house: House, draft: Draft, name: str, what: Entered) -> Draft:
    """The draft with these settings; its name stays once it has one. Raises: BadInput, ConfigError."""
    name = draft.name or name.strip()
    if name and not draft.name:
        _require_free(house, name)
    intervals = {"every_minutes": draft.every_minutes, "first_items": draft.first_items}
    kept = dict(draft.settings)
    chosen = _chooses(draft.connector)
    if chosen and chosen in kept and chosen not in what.settings:
        what = replace(what, settings={**what.settings, chosen: kept[chosen]})
    source = configuring.settled(house, name, draft.connector, what, kept, plain=intervals)
    changed = replace(draft, name=name, settings=source.settings, checks=(), outlook=())
    return _keep(house, changed, "source.draft-changed")


def _require_free(house: House, name: str) -> None:
    with house.store.read() as session:
        drafted = session.exec(select(SourceDraft.id).where(SourceDraft.source == name)).first()
    if drafted or any(one.name == name for one in house.config.sources):
        raise BadInput(f"There is a source named {name!r} already.", remedy="Choose another name.")


def _chooses(connector: str) -> str:
    about = getattr(plugin("connector", connector), "about", None)
    return about.chooses if about else ""


def choices(house: House, draft: Draft) -> Sequence[Choice]:
    """What may be read of the platform. Raises as the connector does."""
    connector = house.with_source(draft.source).connector(draft.source)
    return connector.choices() if isinstance(connector, Offers) else ()


def choose(house: House, draft: Draft, values: Sequence[str]) -> Draft:
    """Read these alone; none chosen: all that there are."""
    setting = _chooses(draft.connector)
    settings = {key: value for key, value in draft.settings.items() if key != setting}
    if values:
        settings[setting] = list(dict.fromkeys(values))
    changed = replace(draft, settings=settings, checks=(), outlook=())
    return _keep(house, changed, "source.draft-changed")


def plan(house: House, draft: Draft, every_minutes: int, first_items: int | None) -> Draft:
    """Read so often, and let so much of the first reading through (None: all)."""
    return _keep(house, replace(draft, every_minutes=every_minutes, first_items=first_items))


def signs_in(house: House, draft: Draft) -> bool:
    """Whether a person has to sign in at the platform."""
    connector = house.with_source(draft.source).connector(draft.source)
    app = connector.oauth() if isinstance(connector, SignsIn) else None
    return app is not None and not app.client_credentials


# --------------------------------------------------------------------------- signing in


def ask_platform(house: House, draft: Draft, redirect: str, account: str) -> Draft:
    """The draft with the address at which its sign-in goes on. Raises: ConfigError."""
    begun = connecting.begin(house.with_source(draft.source), draft.name, redirect, account)
    until = begun.until.isoformat()
    return _keep(house, replace(draft, opens=begun.address, opens_until=until), "source.sign-in-begun")


def ask_again(house: House, name: str, person_id: UUID, redirect: str, account: str) -> Draft:
    """A sign-in for a source that is configured, as a draft of its own. Raises: ConfigError."""
    source = house.config.source(name)
    before = next((one for one in drafts_of(house, person_id) if one.is_sign_in and one.name == name), None)
    draft = before or Draft(uuid4(), person_id, source.connector, name=name, is_sign_in=True)
    begun = connecting.begin(house, name, redirect, account)
    until = begun.until.isoformat()
    return _keep(house, replace(draft, opens=begun.address, opens_until=until), "source.sign-in-begun")


def finish(
    house: House, redirected: str, person_id: UUID, account: str
) -> tuple[connecting.Connected, Draft | None]:
    """A sign-in finished by the address to which the platform sent the person, and the draft it was for, if any.

    Raises: as connecting.answered.
    """
    mine = drafts_of(house, person_id)
    whole = house
    for one in mine:
        whole = whole if one.is_sign_in or not one.name else whole.with_source(one.source)
    done = connecting.answered(whole, redirected, account)
    draft = next((one for one in mine if one.name == done.source), None)
    if draft is None:
        return done, None
    if draft.is_sign_in:
        _drop(house, draft)
        return done, None
    changed = replace(
        draft, allowed=done.scopes, lacking=done.missing, opens="", opens_until="", checks=(), outlook=()
    )
    return done, _keep(house, changed)


# --------------------------------------------------------------------------- tried out


def try_out(house: House, draft: Draft) -> tuple[Draft, Run]:
    """The draft with what its checks say, and the run that finds out what would come."""
    checks = tuple(check(house.with_source(draft.source), draft.name))
    draft = _keep(house, replace(draft, checks=checks, outlook=()), "source.draft-tried")
    with house.store.write() as session:
        actor = f"person:{draft.person_id}"
        run = runs.ask(session, house, TRY, str(draft.id), actor, {"person": str(draft.person_id)})
    house.wake()
    return draft, run


def rehearse_asked(house: House) -> None:
    """Find out for drafts that are tried what a first reading would bring; nothing of it is kept."""
    for run in runs.due(house, TRY):
        with runs.working(house, run.id) as progress:
            draft = find(house, UUID(run.subject), UUID(run.task["person"]))
            told = []
            for outlook in dry_run(house.with_source(draft.source), draft.name):
                told.append(asdict(outlook))
                progress.at(len(told))
            draft = find(house, draft.id, draft.person_id)
            _keep(house, replace(draft, outlook=tuple(told)))


# --------------------------------------------------------------------------- the end


def save(house: House, draft: Draft, account: str) -> str:
    """Make it a source, read from now on; its name. Raises: BadInput, ConfigError."""
    if not _is_saved(house, draft):  # one that was killed between the two goes on here
        configuring.add(house, draft.source, account)
    _drop(house, draft)
    return draft.name


def _is_saved(house: House, draft: Draft) -> bool:
    """Whether the source that it was to become stands in the configuration."""
    house.notice_settings()
    return draft.source in house.config.sources


def discard(house: House, draft: Draft, action: str = "source.draft-discarded") -> None:
    """Forget it, with the secrets and the sign-in that were meant for it alone, unless it is a source by now."""
    house.notice_settings()
    is_source = any(one.name == draft.name for one in house.config.sources)
    if draft.name and not draft.is_sign_in and not is_source:
        _end_sign_in(house, draft)
        for value in draft.settings.values():
            forget_secret(house, value)
    _drop(house, draft, action)


def _end_sign_in(house: House, draft: Draft) -> None:
    """Forget the token, and end it at the platform where that can be done."""
    whole = house.with_source(draft.source)
    tokens = whole.tokens(draft.name)
    try:
        kept = tokens.kept()
        if kept is not None:
            revoke(whole.metered(draft.name), connecting.app_of(whole, draft.name), kept.grant)
    except GleaneryError:
        kept = None  # it cannot be ended there; here it is forgotten all the same
    with house.change() as change:
        tokens.forget(change.session)


def forget_old(house: House) -> None:
    """Discard what nobody touched for long."""
    with house.store.read() as session:
        query = select(SourceDraft).where(col(SourceDraft.changed_at) < house.now() - LIVES)
        rows = session.exec(query).all()
    for row in rows:
        discard(house, _opened(house, row))
