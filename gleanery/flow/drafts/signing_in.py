"""The sign-in at the platform that a draft, or a source there is, waits for."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from gleanery.flow import connecting
from gleanery.flow.drafts.kept import Draft, drafts_of, drop, keep
from gleanery.flow.house import House


def ask_platform(house: House, draft: Draft, redirect: str, account: str) -> Draft:
    """The draft with the address at which its sign-in goes on. Raises: ConfigError."""
    begun = connecting.begin(house.with_source(draft.source), draft.name, redirect, account)
    until = begun.until.isoformat()
    return keep(house, replace(draft, opens=begun.address, opens_until=until), "source.sign-in-begun")


def ask_again(house: House, name: str, person_id: UUID, redirect: str, account: str) -> Draft:
    """A sign-in for a source that is configured, as a draft of its own. Raises: ConfigError."""
    source = house.config.source(name)
    before = next((one for one in drafts_of(house, person_id) if one.is_sign_in and one.name == name), None)
    draft = before or Draft(uuid4(), person_id, source.connector, name=name, is_sign_in=True)
    begun = connecting.begin(house, name, redirect, account)
    until = begun.until.isoformat()
    return keep(house, replace(draft, opens=begun.address, opens_until=until), "source.sign-in-begun")


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
        drop(house, draft)
        return done, None
    changed = replace(
        draft, allowed=done.scopes, lacking=done.missing, opens="", opens_until="", checks=(), outlook=()
    )
    return done, keep(house, changed)
