"""A backup is put back: checked first, signed for as a new epoch, and without anybody who was erased since."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, select

from gleanery.config import Config
from gleanery.errors import ConfigError
from gleanery.flow import erasure_list, verifying
from gleanery.flow.backing_up.checking import Checked, opened
from gleanery.flow.backing_up.databases import put_back, require_empty
from gleanery.flow.backing_up.manifest import CHECKPOINTS, NAMES, Manifest, digest_of_config
from gleanery.flow.erasure_list import Erasure
from gleanery.flow.founding import open_house
from gleanery.flow.house import House, utc_now
from gleanery.flow.record import prepare_record
from gleanery.model.record import Kept, Lease
from gleanery.model.sources import SourceToken
from gleanery.store import Store
from xapi.chain import Checkpoint, CheckpointFile

Again = Callable[[House, Erasure], None]
"""Erases once more what an entry of the list names: `erasing.again.erase_again`."""

SESSIONS = "web"
"""Under this name the page keeps sign-in links and sessions."""


@dataclass(frozen=True)
class Restored:
    """What a restore did: which epochs were opened, how many erasures were carried out again."""

    manifest: Manifest
    place: str = ""
    epochs: list[dict[str, Any]] = field(default_factory=list)
    erased_again: int = 0
    notes: list[str] = field(default_factory=list)


def restore(
    config: Config,
    backup: Path,
    *,
    into: Path | None = None,
    note: str,
    by: str,
    again: Again,
    now: Callable[[], datetime] = utc_now,
) -> Restored:
    """Check a backup and make it the house of this configuration, in the folder `into` where one is given.

    Only into an empty place, and only where the configuration's own database is not there: two houses of one
    organisation would sign for two records. An SQLite database is made right beside its place and moved there as
    the last act, so a restore that is cut off leaves nothing; a PostgreSQL database then has to be dropped.

    Raises: BadInput for a backup that does not hold, or a place that is not empty; ConfigError for lost keys.
    """
    target = config if into is None else config.model_copy(update={"data": into.resolve(), "database": None})
    with closing(Store(target.database_url)) as store, closing(Store(config.database_url)) as configured:
        require_empty(store)
        require_empty(configured)
        target.data.mkdir(parents=True, exist_ok=True)
        with opened(config, backup, beside=target.data) as (checked, folder):
            _require_fitting(config, checked.manifest, store)
            done = _made_right(target, store, checked, folder, _Order(note, by, again, now))
            (folder / CHECKPOINTS).replace(target.data / CHECKPOINTS)
            if store.path is not None:
                put_back(folder / NAMES["sqlite"], store)
        return replace(done, place=str(store.path or store.engine.url.database))


@dataclass(frozen=True)
class _Order:
    """Why the restore, by whom, how what was erased is erased again, and the clock."""

    note: str
    by: str
    again: Again
    now: Callable[[], datetime]


def _require_fitting(config: Config, manifest: Manifest, store: Store) -> None:
    """Raises: ConfigError where the kind of database or the keys are not the backup's."""
    kind = "sqlite" if store.is_sqlite else "postgresql"
    if kind != manifest.database:
        raise ConfigError(
            f"The backup is of a {manifest.database} database, the configuration names {kind}.",
            remedy="Set `database` as it was when the backup was made.",
        )
    keys = config.key_folder(manifest.organisation)
    if not (keys / "signing.pem").exists() or not (keys / "vault.key").exists():
        raise ConfigError(
            f"The keys are not in {keys}; they are in no backup.",
            remedy="Put your copy of the keys there first, or set record.key_folder.",
        )


# --------------------------------------------------------------------------- what has to be made right


def _made_right(target: Config, store: Store, checked: Checked, folder: Path, order: _Order) -> Restored:
    """The house of the backup in this folder (or in PostgreSQL), brought to now."""
    told = CheckpointFile(folder / CHECKPOINTS).read().checkpoints
    _add_known(CheckpointFile(folder / CHECKPOINTS), CheckpointFile(target.data / CHECKPOINTS))
    passing = target.model_copy(update={"data": folder})
    if store.path is None:
        put_back(folder / NAMES["postgresql"], store)
    else:
        passing = passing.model_copy(update={"database": None})
    _bring_along(passing)
    house = open_house(passing, order.now)
    try:
        return _settled(house, checked, told, order)
    finally:
        house.close()


def _add_known(file: CheckpointFile, known: CheckpointFile) -> None:
    """Give the checkpoints of the backup those that are still there: they know more."""
    held = set(file.read().checkpoints)
    missing = [one for one in known.read().checkpoints if one not in held]
    if missing:
        file.append(*missing)


def _bring_along(config: Config) -> None:
    """Bring the tables of an older version to this one."""
    with closing(Store(config.database_url)) as store, store.alone():
        store.refuse_newer()
        store.upgrade()
        prepare_record(store)


def _settled(house: House, checked: Checked, told: list[Checkpoint], order: _Order) -> Restored:
    """Sign for the older state, end what was under way in it, and erase again who was erased since."""
    manifest = checked.manifest
    erasures = erasure_list.read(house)
    reason = f"backup {manifest.id} of {manifest.made_at.isoformat()} restored: {order.note}"
    epochs = verifying.open_epochs(house, reason) if _is_older(house, told) else []
    _end_what_was_under_way(house, manifest, order.by)
    for erasure in erasures:
        order.again(house, erasure)
    if erasures:
        house.store.compact()
    house.store.forget_log()
    notes = [*checked.notes, *_notes(house, manifest)]
    return Restored(manifest, epochs=epochs, erased_again=len(erasures), notes=notes)


def _is_older(house: House, told: list[Checkpoint]) -> bool:
    """Whether checkpoints are known that the backup has not: the record had come further."""
    known = set(told)
    organisation = str(house.organisation.id)
    files = [house.local_checkpoints, *filter(None, [house.other_checkpoints])]
    try:
        found = [one for file in files for one in file.read().checkpoints]
    except OSError as error:
        raise ConfigError(
            f"The checkpoints cannot be read: {error.strerror}.", remedy="Check record.second_place."
        ) from error
    ours = (one for one in found if one.organisation == organisation)
    return any(one not in known for one in ours)


def _end_what_was_under_way(house: House, manifest: Manifest, by: str) -> None:
    """Nobody is signed in, and no work is held, by what held it when the backup was made."""
    with house.change() as change:
        change.session.execute(delete(Kept).where(col(Kept.plugin) == SESSIONS))
        change.session.execute(update(Lease).values(holder=""))
        actor = f"person:{house.person(change.session, by)}"
        change.audit("backup.restored", actor, f"backup:{manifest.id}", made_at=manifest.made_at.isoformat())


def _notes(house: House, manifest: Manifest) -> list[str]:
    notes = [
        "keys of the record store that were revoked after the backup was made open it again: "
        "look at `gleanery lrs keys list`"
    ]
    if digest_of_config(house.config) != manifest.config_sha256:
        notes.append("the configuration is not the one the backup was made under")
    with house.store.read() as session:
        signed_in = session.exec(select(SourceToken.source).order_by(col(SourceToken.source))).all()
    if signed_in:
        notes.append(
            f"tokens that were renewed since may be good no more ({', '.join(signed_in)}): "
            "`gleanery sources check` tells, `gleanery sources connect NAME` signs in again"
        )
    return notes
