"""How a house is founded and opened. Keys are made here and nowhere else: elsewhere a lost key is an error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlmodel import Session, col, select

from gleanery.config import Config
from gleanery.errors import ConfigError
from gleanery.flow.house import House, utc_now
from gleanery.flow.record import prepare_record
from gleanery.model.people import Organisation
from gleanery.model.posts import Content
from gleanery.store import Store
from gleanery.vault import Vault
from xapi import chain
from xapi.errors import XapiError


def open_house(config: Config, now: Callable[[], datetime] = utc_now, *, read_only: bool = False) -> House:
    """The house of this configuration. Raises: ConfigError where it was never founded or is of another version."""
    store = Store(config.database_url, read_only=read_only)
    if store.path is not None and not _is_there(store.path):
        raise ConfigError(f"There is no gleanery in {store.path.parent} yet.", remedy="Run `gleanery init`.")
    store.require_current()
    with store.read() as session:
        organisation = _organisation(session)
    if organisation is None:
        raise ConfigError("The database holds no organisation yet.", remedy="Run `gleanery init`.")
    return House(config, store, organisation, now, _last_checkpoint=now())


def _is_there(path: Path) -> bool:
    """Says whether the database's file is there. Raises: ConfigError where this account may not look."""
    try:
        return path.exists()
    except PermissionError as error:
        raise ConfigError(
            f"This account may not look into {path.parent}.", remedy="Give it the right to read that folder."
        ) from error


def found_house(config: Config, now: Callable[[], datetime] = utc_now) -> House:
    """Make data folder, tables, organisation and keys where they are missing, and open the house.

    Of two that found at once one does, and both get the same house. Raises: ConfigError.
    """
    _make_data_folder(config.data)
    store = Store(config.database_url)
    with store.alone():
        store.refuse_newer()
        store.upgrade()
        prepare_record(store)
        house = _founded(config, store, now)
    house.checkpoint()
    return house


def _make_data_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"The data folder {folder} cannot be made: {error.strerror}.", remedy="Choose another `data`."
        ) from error


def _founded(config: Config, store: Store, now: Callable[[], datetime]) -> House:
    """The house of the organisation there is, or of a new one; the keys come before the first entry."""
    with store.read() as session:
        known = _organisation(session)
    organisation = known or _new_organisation(config, now())
    house = House(config, store, organisation, now, _last_checkpoint=now())
    if known is None or _has_never_used_keys(house):
        _make_keys(house.keys)
    _ = house.vault, house.signer
    if known is None:
        with house.change() as change:
            change.session.add(organisation)
            change.audit("organisation.founded", "system", str(organisation.id))
    return house


def _organisation(session: Session) -> Organisation | None:
    return session.exec(select(Organisation)).one_or_none()


def _new_organisation(config: Config, at: datetime) -> Organisation:
    settings = config.organisation
    return Organisation(
        id=uuid4(),
        name=settings.name,
        people_home=settings.people_home,
        bridge_home=settings.bridge_home,
        made_at=at,
    )


# --------------------------------------------------------------------------- keys


def _has_never_used_keys(house: House) -> bool:
    """Whether new keys would lose nothing: no checkpoint is signed, no words are kept under the vault's key."""
    places = [house.local_checkpoints, *filter(None, [house.other_checkpoints])]
    organisation = str(house.organisation.id)
    try:
        signed = any(place.last(organisation, one.name) for place in places for one in house.logs)
    except OSError as error:
        raise ConfigError(
            f"The checkpoints cannot be read: {error.strerror}.", remedy="Check record.second_place."
        ) from error
    with house.store.read() as session:
        return not signed and session.exec(select(col(Content.id)).limit(1)).first() is None


def _make_keys(folder: Path) -> None:
    """Make the keys that are missing in the folder. Raises: ConfigError naming record.key_folder."""
    Vault.create(folder / "vault.key")
    try:
        chain.Signer.load_or_create(folder / "signing.pem")
    except (XapiError, OSError) as error:
        raise ConfigError(
            f"The record's key cannot be made or used: {error}.",
            remedy=f"Set record.key_folder to a folder that this account may write ({folder} is not).",
        ) from error
