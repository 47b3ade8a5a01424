"""What a backup says of itself: what is in it, how far the logs had come, and who signed for that."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from gleanery.config import Config
from gleanery.errors import BadInput
from xapi.chain import Signer
from xapi.signer import key_id_of, signed_by

_DOMAIN = b"gleanery backup 1\n"
_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Kind = Literal["sqlite", "postgresql"]
NAMES: dict[Kind, str] = {"sqlite": "gleanery.db", "postgresql": "gleanery.dump"}
"""How the copy of the database is called, by its kind."""
CHECKPOINTS = "checkpoints.jsonl"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Part):
    """One file of the backup."""

    sha256: _Hash
    bytes: int = Field(ge=0)


class Reached(_Part):
    """How far a log had come before the copy was made, by its last checkpoint: the copy holds at least this."""

    seq: int = Field(ge=0)
    hash: _Hash


class Manifest(_Part):
    """The signed list of contents. `config_sha256` is of the settings in force, without secrets."""

    format: Literal["gleanery backup 1"] = "gleanery backup 1"
    id: UUID
    organisation: UUID
    made_at: AwareDatetime
    program: str
    tables: str
    database: Kind
    config_sha256: _Hash
    files: dict[str, Member]
    heads: dict[str, Reached]
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signature: str = ""

    def signed(self, signer: Signer) -> Manifest:
        """The same, with the signature."""
        return self.model_copy(update={"signature": signer.sign(self._signed_bytes()).hex()})

    def require_signature(self) -> None:
        """Raises: BadInput unless the key that the manifest names signed it."""
        key = bytes.fromhex(self.public_key)
        try:
            signature = bytes.fromhex(self.signature)
        except ValueError:
            signature = b""
        if not signed_by([key], key_id_of(key), signature, self._signed_bytes()):
            raise BadInput(
                "The backup's list of contents was changed after it was signed.",
                remedy="Keep the file as evidence and use another backup.",
            )

    @property
    def key_id(self) -> str:
        """The short name of the key that signed."""
        return key_id_of(bytes.fromhex(self.public_key))

    def text(self) -> bytes:
        """The manifest as a file."""
        return self.model_dump_json(indent=2).encode() + b"\n"

    def _signed_bytes(self) -> bytes:
        bare = self.model_dump(mode="json", exclude={"signature"})
        return _DOMAIN + json.dumps(bare, sort_keys=True, separators=(",", ":")).encode()


def read_manifest(text: bytes) -> Manifest:
    """The manifest of a file. Raises: BadInput."""
    try:
        made = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise BadInput(
            "The backup's list of contents cannot be read.",
            remedy="It was made by another version of gleanery, or damaged: use that version or another backup.",
        ) from error
    if set(made.files) != {NAMES[made.database], CHECKPOINTS}:
        raise BadInput("The backup's list of contents is not complete.", remedy="Use another backup.")
    made.require_signature()
    return made


def digest_of_config(config: Config) -> str:
    """The SHA-256 of the settings in force, defaults included; without secrets and the place of the data."""
    told = json.dumps(config.model_dump(mode="json", exclude={"data"}), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def stamp(at: datetime) -> str:
    """A time as it stands in a backup's name: 20260501T091500Z."""
    return f"{at:%Y%m%dT%H%M%SZ}"
