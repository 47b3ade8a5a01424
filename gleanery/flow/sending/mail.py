"""Checkpoints by mail: whoever keeps the mail can later hold the record against it."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import msgspec

from gleanery.config import MailSettings
from gleanery.config.record import MailServer
from gleanery.flow.house import House
from gleanery.http.transport import tls_context
from xapi.chain import Checkpoint

_WORDS = """\
These are signed checkpoints of the record of {name}: at the time named in each line, the last entry of this
log was the one named, and its hash was the one given.

Keep this mail, or the file attached to it. Whoever has it can hold the record to it at any later time:

    gleanery audit verify --against THIS_FILE

{lines}
"""


def send(house: House, checkpoints: Sequence[Checkpoint]) -> None:
    """Mail the checkpoints. Raises: OSError, SMTPException."""
    settings = house.config.record.send_checkpoints.mail
    with signed_in(house, settings) as server:
        server.send_message(_message(house, settings, checkpoints))


@contextmanager
def signed_in(house: House, settings: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection to a mail server that takes mails. Raises: OSError, SMTPException."""
    with _connected(house, settings) as server:
        if settings.user and settings.password is not None:
            server.login(settings.user, settings.password.get_secret_value())
        yield server


def _connected(house: House, settings: MailServer) -> smtplib.SMTP:
    limits = house.config.http
    ca_file = str(limits.ca_file) if limits.ca_file else None
    if settings.encryption == "tls":
        return smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=limits.timeout_seconds, context=tls_context(ca_file)
        )
    server = smtplib.SMTP(settings.host, settings.port, timeout=limits.timeout_seconds)
    if settings.encryption == "starttls":
        server.starttls(context=tls_context(ca_file))
    return server


def _message(house: House, settings: MailSettings, checkpoints: Sequence[Checkpoint]) -> EmailMessage:
    lines = b"".join(msgspec.json.encode(one) + b"\n" for one in checkpoints)
    message = EmailMessage()
    reached = ", ".join(f"{one.log} {one.seq}" for one in checkpoints)
    message["Subject"] = f"Checkpoints of {house.organisation.name}: {reached}"
    message["From"], message["To"] = settings.sender, ", ".join(settings.to)
    message["Date"] = format_datetime(house.now())
    message["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2] or None)
    message.set_content(_WORDS.format(name=house.organisation.name, lines=lines.decode()))
    message.add_attachment(lines, maintype="application", subtype="jsonl", filename="checkpoints.jsonl")
    return message
