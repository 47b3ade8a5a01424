"""A backup is made: while everything runs, of one moment, signed."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from gleanery import __version__
from gleanery.errors import BadInput, ConfigError
from gleanery.flow.backing_up.archive import measured, pack
from gleanery.flow.backing_up.databases import copy_out
from gleanery.flow.backing_up.manifest import (
    CHECKPOINTS,
    NAMES,
    Manifest,
    Reached,
    digest_of_config,
    stamp,
)
from gleanery.flow.backing_up.rooms import room
from gleanery.flow.house import House
from xapi import chain


def create(house: House, out: Path, by: str) -> tuple[Path, Manifest]:
    """Write a backup to the file `out`, or under a name of its own into the folder `out`.

    It holds everything that was committed when it began. Raises: BadInput where the file exists; ConfigError.
    """
    target = _target(house, out)
    if target.exists():
        raise BadInput(f"{target} exists already.", remedy="Choose another name.")
    house.checkpoint()
    try:
        with room(".gleanery-backup-", target.parent) as folder:
            manifest = _packed(house, folder, target)
    except OSError as error:
        raise ConfigError(
            f"{target.parent} cannot be written: {error.strerror}.", remedy="Choose another place with --out."
        ) from error
    with house.change() as change:
        actor = f"person:{house.person(change.session, by)}"
        change.audit("backup.created", actor, f"backup:{manifest.id}")
    return target, manifest


def _packed(house: House, folder: Path, target: Path) -> Manifest:
    """Gather in the folder what belongs to a backup, and write it."""
    checkpoints = _checkpoints(house)  # before the database: they must not know more
    (folder / CHECKPOINTS).write_bytes(checkpoints)
    name = NAMES["sqlite" if house.store.is_sqlite else "postgresql"]
    copy_out(house.store, folder / name)
    files = {one: folder / one for one in (CHECKPOINTS, name)}
    manifest = _manifest(house, files)
    pack(target, manifest, files)
    return manifest


def _target(house: House, out: Path) -> Path:
    if not out.is_dir():
        return out
    return out / f"gleanery-{str(house.organisation.id)[:8]}-{stamp(house.now())}.zip"


def _checkpoints(house: House) -> bytes:
    """The whole lines of the checkpoints beside the database."""
    try:
        text = house.local_checkpoints.path.read_bytes()
    except FileNotFoundError:
        return b""
    return text[: text.rfind(b"\n") + 1]


def _heads(house: House, checkpoints: Path) -> dict[str, Reached]:
    """How far each log had come, by the last checkpoint that is in the backup."""
    file, organisation = chain.CheckpointFile(checkpoints), str(house.organisation.id)
    last = {log.name: file.last(organisation, log.name) for log in house.logs}
    return {name: Reached(seq=one.seq, hash=one.head) for name, one in last.items() if one is not None}


def _manifest(house: House, files: dict[str, Path]) -> Manifest:
    drafted = Manifest(
        id=uuid4(),
        organisation=house.organisation.id,
        made_at=house.now(),
        program=__version__,
        tables=house.store.version() or "",
        database="sqlite" if house.store.is_sqlite else "postgresql",
        config_sha256=digest_of_config(house.config),
        files={name: measured(path) for name, path in files.items()},
        heads=_heads(house, files[CHECKPOINTS]),
        public_key=house.signer.public_bytes().hex(),
    )
    return drafted.signed(house.signer)
