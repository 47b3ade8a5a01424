"""What is entered of a draft: its settings, what is chosen to be read, how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import select

from gleanery.errors import BadInput
from gleanery.flow import configuring
from gleanery.flow.drafts.kept import Draft, keep
from gleanery.flow.forms import Entered
from gleanery.flow.house import House
from gleanery.model.sources import SourceDraft
from gleanery.plugins import plugin
from gleanery.ports import Choice, Offers, SignsIn


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
    return keep(house, changed, "source.draft-changed")


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
    return keep(house, changed, "source.draft-changed")


def plan(house: House, draft: Draft, every_minutes: int, first_items: int | None) -> Draft:
    """Read so often, and let so much of the first reading through (None: all)."""
    return keep(house, replace(draft, every_minutes=every_minutes, first_items=first_items))


def signs_in(house: House, draft: Draft) -> bool:
    """Whether a person has to sign in at the platform."""
    connector = house.with_source(draft.source).connector(draft.source)
    app = connector.oauth() if isinstance(connector, SignsIn) else None
    return app is not None and not app.client_credentials
