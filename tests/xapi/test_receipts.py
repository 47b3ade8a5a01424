"""A checkpoint is found in whatever form it comes back."""

from __future__ import annotations

import json
from email.message import EmailMessage

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xapi.bundles.ledgers import a_ledger
from xapi.checkpoints import Checkpoint
from xapi.errors import XapiError
from xapi.receipts import checkpoints_in


@pytest.fixture(scope="module")
def two() -> list[Checkpoint]:
    return a_ledger().checkpoints[:2]


def lines(checkpoints: list[Checkpoint]) -> bytes:
    return b"".join(msgspec.json.encode(one) + b"\n" for one in checkpoints)


def test_lines_of_a_checkpoint_file(two: list[Checkpoint]) -> None:
    assert checkpoints_in(lines(two)) == two


def test_a_document_of_a_webhook_also_when_it_was_printed_nicely(two: list[Checkpoint]) -> None:
    document = {"checkpoints": [json.loads(msgspec.json.encode(one)) for one in two]}
    assert checkpoints_in(json.dumps(document).encode()) == two
    assert checkpoints_in(json.dumps(document, indent=4).encode()) == two


@pytest.mark.parametrize("encoding", ["7bit", "quoted-printable", "base64"])
def test_a_mail_with_the_lines_in_its_text(two: list[Checkpoint], encoding: str) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Checkpoints", "gleanery@example.org"
    mail.set_content("Keep this.\n\n" + lines(two).decode(), cte=encoding)
    assert checkpoints_in(mail.as_bytes()) == two
    assert checkpoints_in(mail.as_bytes().replace(b"\n", b"\r\n")) == two


def test_a_mail_with_the_lines_attached_and_in_its_text_tells_each_once(two: list[Checkpoint]) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Checkpoints"
    mail.set_content("See below.\n" + lines(two).decode())
    mail.add_attachment(lines(two), maintype="application", subtype="jsonl", filename="checkpoints.jsonl")
    assert checkpoints_in(mail.as_bytes()) == two


def test_what_looks_like_one_and_is_none_is_passed_over(two: list[Checkpoint]) -> None:
    noise = b'{"organisation": 5} {"organisation": {"organisation": '
    assert checkpoints_in(noise + lines(two)) == two


@given(st.binary(max_size=300))
def test_anything_else_holds_none(data: bytes) -> None:
    with pytest.raises(XapiError, match="no checkpoint"):
        checkpoints_in(data)
