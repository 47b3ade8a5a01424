"""Checkpoints under a time-stamping authority's signature (RFC 3161): it sees a hash and says when.

The answers are kept as `timestamps/LOG-EPOCH-SEQ.tsr` beside the copies of the checkpoints, or beside the
data where there is no second place. Each is a receipt: `openssl ts -verify` and `audit verify --against`
read it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from cryptography.x509 import Certificate, load_pem_x509_certificates

from gleanery.errors import BadInput, ConfigError, Unreachable
from gleanery.flow.house import House
from xapi.chain import Checkpoint

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

_HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_GRANTED = bytes.fromhex("3003020100")


class Stamp(NamedTuple):
    """What a time stamp vouches for: these bytes' hash, at this time; `checked`: its signature was verified."""

    algorithm: str
    digest: bytes
    at: datetime
    checked: bool


def folder(house: House) -> Path:
    """Where the answers are kept."""
    return (house.config.record.second_place or house.config.data) / "timestamps"


def send(house: House, checkpoints: Sequence[Checkpoint]) -> None:
    """Have each checkpoint stamped and keep the answer. Raises: Unreachable, ConfigError, OSError."""
    for one in checkpoints:
        answer = _asked(house, msgspec.json.encode(one))
        name = f"{one.log.replace(':', '-')}-{one.epoch}-{one.seq}.tsr"
        _keep(folder(house) / name, answer)


def _asked(house: House, line: bytes) -> bytes:
    """The authority's answer for a line, after it was verified."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    request = TimestampRequestBuilder().data(line).hash_algorithm(HashAlgorithm.SHA256).build()
    url = str(house.config.record.send_checkpoints.timestamp.url)
    headers = {"Content-Type": "application/timestamp-query"}
    answer = house.http.send("POST", url, data=request.as_bytes(), headers=headers)
    if answer.status_code != 200:
        raise Unreachable(f"timestamp: the authority answered with status {answer.status_code}.")
    digest = hashlib.sha256(line).digest()
    fault = _fault(_response(answer.content), digest, _trusted(house), request.nonce)
    if fault:
        raise Unreachable(
            f"timestamp: the authority's answer does not hold: {fault}.",
            remedy="Check record.send_checkpoints.timestamp.ca_file.",
        )
    return answer.content


def read(house: House, data: bytes) -> Stamp | None:
    """The time stamp in `data`, None if it is none. Raises: BadInput if it does not hold; ConfigError."""
    response = _response(data)
    if response is None:
        return None
    imprint = response.tst_info.message_imprint
    algorithm = _HASHES.get(imprint.hash_algorithm.dotted_string)
    if algorithm is None:
        raise BadInput("The time stamp uses a hash that is not known here.", remedy="Ask for SHA-256.")
    trusted = _trusted(house)
    if trusted and (fault := _fault(response, imprint.message, trusted, None)):
        raise BadInput(f"The time stamp does not hold: {fault}.", remedy="Take it from where it was kept.")
    return Stamp(algorithm, imprint.message, response.tst_info.gen_time, bool(trusted))


def vouched_by(house: House, stamp: Stamp) -> Checkpoint | None:
    """The checkpoint that a stamp was given for, if it is still kept here. Raises: OSError."""
    for place in filter(None, (house.local_checkpoints, house.other_checkpoints)):
        for one in place.read().checkpoints:
            if hashlib.new(stamp.algorithm, msgspec.json.encode(one)).digest() == stamp.digest:
                return one
    return None


def _fault(
    response: TimeStampResponse | None, digest: bytes, trusted: list[Certificate], nonce: int | None
) -> str:
    """What is wrong with an answer, empty if nothing."""
    from rfc3161_client import VerificationError, VerifierBuilder

    if response is None:
        return "it is no time stamp"
    builder = VerifierBuilder(roots=trusted, nonce=nonce)
    try:
        builder.build().verify(response, digest)
    except (VerificationError, ValueError) as error:
        return str(error)
    return ""


def _response(data: bytes) -> TimeStampResponse | None:
    """An answer, or a bare token as if it had been answered; None for anything else."""
    from rfc3161_client import decode_timestamp_response

    for form in (data, _sequence(_GRANTED + data)):
        try:
            response = decode_timestamp_response(form)
            _ = response.tst_info
        except ValueError:
            continue
        return response
    return None


def _sequence(content: bytes) -> bytes:
    """A DER sequence of this content."""
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return b"\x30" + (bytes([size]) if size < 0x80 else bytes([0x80 | len(length)]) + length) + content


def _trusted(house: House) -> list[Certificate]:
    """The authorities that may vouch for a time stamp; none where none is configured."""
    path = house.config.record.send_checkpoints.timestamp.ca_file
    if path is None:
        return []
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"record.send_checkpoints.timestamp.ca_file: no certificates in {path}.",
            remedy="Give the PEM file of the authority.",
        ) from error


def _keep(path: Path, answer: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    passing = path.with_name(f".{path.name}.part")
    with passing.open("wb") as file:
        file.write(answer)
        file.flush()
        os.fsync(file.fileno())
    passing.replace(path)
