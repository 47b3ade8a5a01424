"""A selection as a signed bundle."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from gleanery.audit import AuditLog
from gleanery.errors import BadInput
from gleanery.flow.exporting.places import unwritable
from gleanery.flow.exporting.selecting import Chosen
from gleanery.flow.house import House
from gleanery.flow.record import driver
from xapi import bundles, evidence
from xapi.bundles import Manifest
from xapi.checkpoints import Checkpoint
from xapi.errors import XapiError
from xapi.lrs.bundling import members
from xapi.signer import fingerprint_of


def write(
    house: House, chosen: Chosen, path: Path, progress: Callable[[int, int], None]
) -> tuple[Manifest, str]:
    """Write the bundle; its manifest and the fingerprint of its key. Raises: BadInput, ConfigError."""
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress(done, max(done, len(chosen.seqs)))

    with house.store.read() as session:
        source = partial(members, driver(session), chosen.store)
        try:
            manifest = bundles.write(
                path,
                log=chosen.log,
                organisation=str(house.organisation.id),
                signer=house.signer,
                wanted=chosen.seqs,
                members=AuditLog(house.store).members if chosen.log == AuditLog.name else source,
                checkpoints=_binding(house, chosen.log),
                asked=chosen.asked,
                at=house.now(),
                progress=advance,
            )
        except OSError as error:
            raise unwritable(path, error) from error
        except XapiError as error:
            raise BadInput(f"No bundle was made: {error}.", remedy="Run `gleanery audit verify`.") from error
    return manifest, fingerprint_of(house.signer.public_bytes())


def _binding(house: House, log: str) -> tuple[Checkpoint, ...]:
    """The checkpoints of a log that bind. Raises: XapiError where their files are not whole."""
    found = evidence.gather(
        str(house.organisation.id),
        log,
        [house.signer.public_bytes()],
        house.local_checkpoints,
        house.other_checkpoints,
    )
    if found.problem:
        raise XapiError(found.problem)
    return found.binding
