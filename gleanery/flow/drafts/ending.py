"""The end of a draft: it becomes a source, or is forgotten with all that was meant for it alone."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from gleanery.errors import GleaneryError
from gleanery.flow import configuring, connecting
from gleanery.flow.drafts.kept import Draft, drop, opened
from gleanery.flow.granting import revoke
from gleanery.flow.house import House
from gleanery.flow.settings import forget_secret
from gleanery.model.sources import SourceDraft

LIVES = timedelta(days=30)
"""A draft that nobody touched for so long is forgotten."""


def save(house: House, draft: Draft, account: str) -> str:
    """Make it a source, read from now on; its name. Raises: BadInput, ConfigError."""
    if not _is_saved(house, draft):  # one that was killed between the two goes on here
        configuring.add(house, draft.source, account)
    drop(house, draft)
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
    drop(house, draft, action)


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
        discard(house, opened(house, row))
