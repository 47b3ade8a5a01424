"""A backup is checked: its signature, its sums, and the record in it against the checkpoints in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gleanery.audit import AuditLog
from gleanery.config import Config
from gleanery.errors import BadInput, ConfigError
from gleanery.flow.backing_up.archive import manifest_of, take_out, unpacking
from gleanery.flow.backing_up.databases import require_sound
from gleanery.flow.backing_up.manifest import CHECKPOINTS, NAMES, Manifest
from gleanery.flow.backing_up.rooms import room
from gleanery.flow.record import statement_log, statement_logs
from gleanery.store import Store
from xapi import chain
from xapi.errors import XapiError


@dataclass(frozen=True)
class Checked:
    """A backup that holds; `notes`: what could not be looked at here, and why."""

    manifest: Manifest
    notes: tuple[str, ...]


def check(config: Config | None, backup: Path) -> Checked:
    """Look at everything that can be looked at without a database. Raises: BadInput at the first fault."""
    with opened(config, backup) as (checked, _):
        return checked


@contextmanager
def opened(config: Config | None, backup: Path, beside: Path | None = None) -> Iterator[tuple[Checked, Path]]:
    """A checked backup and the folder in which its files lie meanwhile. Raises: BadInput."""
    with room(".gleanery-restore-", beside) as folder:
        with unpacking(backup) as archive:
            manifest = manifest_of(archive)
            notes = _key_notes(config, manifest)
            take_out(archive, manifest, folder)
        notes += _record_notes(manifest, folder)
        yield Checked(manifest, tuple(notes)), folder


def _key_notes(config: Config | None, manifest: Manifest) -> list[str]:
    """Compare the key that signed with this house's own. Raises: BadInput where another one signed."""
    path = config.key_folder(manifest.organisation) / "signing.pem" if config else None
    if path is None or not path.exists():
        return [
            f"this machine has no key of the house: compare the key's short name {manifest.key_id} yourself"
        ]
    try:
        ours = chain.Signer.load(path).public_bytes()
    except XapiError as error:
        raise BadInput(
            f"The house's key cannot be used: {error}.", remedy="See docs/how-to/keys.md."
        ) from error
    if ours.hex() != manifest.public_key:
        raise BadInput(
            f"The backup was signed by another key ({manifest.key_id}) than this house's.",
            remedy="Keep the file as evidence, or restore the keys it was signed with.",
        )
    return []


def _record_notes(manifest: Manifest, folder: Path) -> list[str]:
    if manifest.database != "sqlite":
        return ["a dump of PostgreSQL is opened by a restore only: verify the record after it"]
    copy = folder / NAMES["sqlite"]
    require_sound(copy)
    store = Store(f"sqlite:///{copy}")
    try:
        store.refuse_newer()
        if not _is_current(store):
            return ["the tables are of an older version: bring them along after the restore, then verify"]
        _verify(manifest, store, chain.CheckpointFile(folder / CHECKPOINTS))
    finally:
        store.close()
    return []


def _is_current(store: Store) -> bool:
    try:
        store.require_current()
    except ConfigError:
        return False
    return True


def _verify(manifest: Manifest, store: Store, checkpoints: chain.CheckpointFile) -> None:
    """Hold all logs against their chain and the checkpoints beside them. Raises: BadInput."""
    key, organisation = bytes.fromhex(manifest.public_key), str(manifest.organisation)
    logs: list[chain.Log] = [AuditLog(store), *statement_logs(store)]
    told = {one.log for one in checkpoints.read().checkpoints if one.organisation == organisation}
    gone = sorted({*manifest.heads, *told}.difference(log.name for log in logs))
    logs += [empty for name in gone if (empty := statement_log(store, name)) is not None]
    for log in logs:
        verdict = chain.verify(log, organisation=organisation, public_key=key, local=checkpoints)
        reached = manifest.heads.get(log.name)
        if not verdict.ok or (reached is not None and verdict.entries < reached.seq):
            raise _unsound(log.name, verdict.reason)


def _unsound(log: str, reason: str) -> BadInput:
    return BadInput(
        f"The log {log} in the backup does not verify: {reason}.",
        remedy="Keep the file as evidence and use another backup.",
    )
