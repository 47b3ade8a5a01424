"""Checkpoints by webhook: a JSON document `{"checkpoints": [...]}` under a keyed hash.

The header `X-Gleanery-Signature: t=SECONDS,v1=HEX` holds the HMAC-SHA256 of the seconds, a full stop and the
body under the shared secret, so that a receiver can refuse what is forged or too old.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

import msgspec
from pydantic import SecretStr

from gleanery.errors import Unreachable
from gleanery.flow.house import House
from xapi.chain import Checkpoint

HEADER = "X-Gleanery-Signature"


def send(house: House, checkpoints: Sequence[Checkpoint]) -> None:
    """Post the checkpoints. Raises: Unreachable and what `GuardedHttp` raises."""
    settings = house.config.record.send_checkpoints.webhook
    body = msgspec.json.encode({"checkpoints": checkpoints})
    signature = signed(settings.secret or SecretStr(""), int(house.now().timestamp()), body)
    headers = {"Content-Type": "application/json", HEADER: signature}
    answer = house.http.send("POST", str(settings.url), data=body, headers=headers)
    if not 200 <= answer.status_code < 300:
        raise Unreachable(f"webhook: the receiver answered with status {answer.status_code}.")


def signed(secret: SecretStr, seconds: int, body: bytes) -> str:
    """The value of the header."""
    message = f"{seconds}.".encode() + body
    digest = hmac.new(secret.get_secret_value().encode(), message, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"
