"""Checkpoints that left the machine and come back: a saved line, a mail, a webhook's body, a time stamp."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gleanery.errors import BadInput, ConfigError
from gleanery.flow.house import House
from xapi import receipts
from xapi.bundles import Checked, check
from xapi.chain import Checkpoint
from xapi.errors import XapiError
from xapi.signer import fingerprint_of, public_key_in

if TYPE_CHECKING:
    from gleanery.flow.sending.timestamps import Stamp

_MOST = 1 << 24


class Receipts(NamedTuple):
    """The checkpoints to hold the record to, and what is wrong with those that it does not know any more."""

    checkpoints: tuple[Checkpoint, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read(house: House, path: Path) -> Receipts:
    """What a file vouches for. Raises: BadInput where it is no receipt of this house."""
    from gleanery.flow.sending import timestamps

    data = read_file(path)
    stamp = timestamps.read(house, data)
    if stamp is not None:
        return _stamped(house, stamp)
    found = tuple(checkpoints_in(path, data))
    if not any(one.organisation == str(house.organisation.id) for one in found):
        raise BadInput(
            f"{path.name} is a receipt of another record.", remedy="Give one of this organisation."
        )
    return Receipts(found, notes=(f"held against {_named(found)}",))


def read_all(house: House, paths: Sequence[Path]) -> Receipts:
    """What several files vouch for together. Raises: BadInput."""
    found = [read(house, path) for path in paths]
    return Receipts(
        tuple(one for each in found for one in each.checkpoints),
        tuple(one for each in found for one in each.problems),
        tuple(one for each in found for one in each.notes),
    )


def check_bundle(path: Path, fingerprint: str, against: Sequence[Path]) -> Checked:
    """What a bundle proves, held against receipts. Raises: BadInput where a file cannot be read."""
    told = [one for receipt in against for one in checkpoints_in(receipt, read_file(receipt))]
    try:
        return check(path, fingerprint=fingerprint, receipts=told)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.", remedy="Check the path.") from error


def _stamped(house: House, stamp: Stamp) -> Receipts:
    from gleanery.flow.sending import timestamps

    at = stamp.at.isoformat()
    checkpoint = timestamps.vouched_by(house, stamp)
    if checkpoint is None:
        return Receipts(problems=(f"the checkpoint that was stamped at {at} is no longer kept here",))
    notes = [f"held against {_named((checkpoint,))}, stamped at {at}"]
    if not stamp.checked:
        notes.append(
            "the stamp's own signature was not checked: record.send_checkpoints.timestamp.ca_file is unset"
        )
    return Receipts((checkpoint,), notes=tuple(notes))


def _named(checkpoints: tuple[Checkpoint, ...]) -> str:
    return ", ".join(f"{one.log} entry {one.seq} as of {one.at}" for one in checkpoints[:4])


def read_file(path: Path) -> bytes:
    """The bytes of a receipt. Raises: BadInput."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.", remedy="Check the path.") from error
    if len(data) > _MOST:
        raise BadInput(
            f"{path} is longer than {_MOST >> 20} MiB, which no receipt is.",
            remedy="Give the lines that you want to hold the record to.",
        )
    return data


def checkpoints_in(path: Path, data: bytes) -> list[Checkpoint]:
    """The checkpoints that stand in a receipt. Raises: BadInput."""
    try:
        return receipts.checkpoints_in(data)
    except XapiError as error:
        raise BadInput(
            f"{path.name} is no receipt: {error}.",
            remedy="Give a checkpoint line, a saved mail, a webhook's body or a time stamp.",
        ) from error


def key_of(house: House, text: str) -> bytes:
    """The raw public key of a file; the house's own where its fingerprint is given.

    Raises: BadInput where that is another; ConfigError.
    """
    key, sign = key_from(text)
    if key:
        return key
    ours = house.signer.public_bytes()
    if fingerprint_of(ours) != sign:
        raise BadInput(
            "The key of this house is another one than you were told.",
            remedy="Give the PEM file of the key that signed, and ask who changed the key.",
        )
    return ours


def key_from(text: str) -> tuple[bytes, str]:
    """The raw public key of a file, empty where only its fingerprint is given; and the fingerprint.

    Raises: ConfigError.
    """
    sign = "".join(text.split()).replace(":", "").lower()
    if len(sign) == 64 and set(sign) <= set("0123456789abcdef"):
        return b"", sign
    try:
        key = public_key_in(Path(text).read_bytes())
    except (OSError, XapiError) as error:
        raise ConfigError(
            f"{text} is neither a fingerprint nor the file of a public key.",
            remedy="Give 64 hex digits, or the PEM file that `gleanery audit key --out` wrote.",
        ) from error
    return key, fingerprint_of(key)
