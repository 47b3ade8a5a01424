"""Small logs in memory, sealed now and then, and bundles of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from xapi import bundles
from xapi.bundles import Manifest, Member
from xapi.checkpoints import Checkpoint, sign
from xapi.signer import Signer, fingerprint_of
from xapi.walk import entry_hash, genesis

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
ORGANISATION = str(uuid5(NAMESPACE_URL, "https://gleanery.example.org"))


def a_signer() -> Signer:
    """A signer with a key of its own."""
    return Signer(Ed25519PrivateKey.generate())


@dataclass
class Ledger:
    """A log whose entries are statements, or lines of an audit log where its name says so."""

    name: str = "statements:main"
    signer: Signer = field(default_factory=a_signer)
    members: list[Member] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    head: bytes = b""

    def add(self, count: int = 1) -> None:
        """Add entries."""
        for seq in range(len(self.members) + 1, len(self.members) + count + 1):
            salt, content = (
                hashlib.sha256(b"%d" % seq).digest()[:16],
                f'{{"number":{seq},"word":"Ärger"}}'.encode(),
            )
            key = uuid5(NAMESPACE_URL, f"entry {seq}").bytes if self.name != "audit" else b""
            self.members.append(
                Member(
                    seq=seq,
                    stored=1_714_557_600_000_000 + seq * 1_000_003,
                    content_hash=hashlib.sha256(salt + content).digest(),
                    id=key,
                    authority='{"name":"bridge"}' if key else "",
                    salt=salt,
                    content=content,
                    version="2.0.0" if key and seq % 3 == 0 else "",
                )
            )
            self.head = entry_hash(self.head or genesis(self.name), *self.members[-1].parts())

    def seal(self) -> None:
        """Sign the head."""
        signed = sign(
            self.signer, organisation=ORGANISATION, log=self.name, epoch=1, seq=len(self.members), head=self.head,
            at=NOW,
        )  # fmt: skip
        self.checkpoints.append(signed)

    def between(self, first: int, last: int) -> Iterator[Member]:
        """The entries as a writer reads them."""
        return iter(self.members[first - 1 : last])

    def bundle(self, path: Path, wanted: Sequence[int], **changes: Any) -> Manifest:
        """A bundle of these entries."""
        arguments: dict[str, Any] = {
            "log": self.name,
            "organisation": ORGANISATION,
            "signer": self.signer,
            "wanted": wanted,
            "members": self.between,
            "checkpoints": self.checkpoints,
            "asked": {"log": self.name, "verb": "https://w3id.org/xapi/tla/verbs/released"},
            "at": NOW,
        }
        return bundles.write(path, **(arguments | changes))

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the key that seals."""
        return fingerprint_of(self.signer.public_bytes())


def a_ledger(name: str = "statements:main", stretches: Sequence[int] = (4, 3, 5, 6)) -> Ledger:
    """A log sealed after each stretch of entries."""
    ledger = Ledger(name)
    for count in stretches:
        ledger.add(count)
        ledger.seal()
    return ledger
