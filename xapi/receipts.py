"""Finds checkpoints in what left the machine: a line of a file, a saved mail, the body of a webhook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default

import msgspec

from xapi.checkpoints import Checkpoint
from xapi.errors import XapiError

_START = re.compile(r'\{\s*"organisation"\s*:')
_MAIL = re.compile(rb"\A(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")


def checkpoints_in(data: bytes) -> list[Checkpoint]:
    """Every checkpoint in a receipt, each once, in order; whoever signed them.

    Raises:
        XapiError: there is none.
    """
    found = dict.fromkeys(one for text in _texts(data) for one in _in_text(text))
    if not found:
        raise XapiError(
            "no checkpoint is in this receipt: it should hold a line that begins with organisation"
        )
    return list(found)


def _texts(data: bytes) -> Iterator[str]:
    """The text itself, or the parts of a mail, decoded."""
    if not _MAIL.match(data):
        yield data.decode("utf-8", "replace")
        return
    for part in message_from_bytes(data, policy=default).walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield content.decode("utf-8", "replace")


def _in_text(text: str) -> Iterator[Checkpoint]:
    for start in _START.finditer(text):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, start.start())
            yield msgspec.convert(value, Checkpoint)
        except (ValueError, RecursionError, msgspec.ValidationError):
            continue
