"""Shared mail: who sent it, why, and which pages it links to (RFC 5322, RFC 2045 to 2049).

The sharer's own words are what stands before a forwarded message; of the forwarded one only its links are taken.
Attached files are not looked at, but a message attached by "forward as attachment" is, for its links. Mail comes
from anywhere, so sizes, parts and nesting are bounded before anything is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr
from itertools import islice

from connectors._text import hrefs, one_line, plain_text, tidy
from connectors._values import digest, moment
from connectors.share.desk import shareable

MAX_MAIL = 10 * 1024 * 1024
_MAX_HEADER, _MAX_BODY, _MAX_LINKS = 2_000, 1_000_000, 20
_MAX_NESTED, _MAX_MARKS, _MAX_LINES = 20, 1_000, 200_000

_FORWARDED = re.compile(
    r"^[ \t]{0,20}(-{2,}[ \t]*(forwarded message|original message|weitergeleitete nachricht|urspr.ngliche nachricht|"
    r"message (transf.r.|d'origine)|mensaje reenviado|messaggio inoltrato)\b|begin forwarded message:|"
    r"anfang der weitergeleiteten nachricht:|_{20,}$|"
    r"(from|von|de|da|van): .{1,300}\n[ \t]{0,20}"
    r"(sent|date|to|gesendet|datum|an|envoy.|enviado|data|inviato|verzonden): )",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_PREFIX = re.compile(r"^\s*((re|fwd?|wg|aw|tr|rv|doorst)\s*(\[\d{1,3}\])?:\s*)+", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"'\])}]{4,4000}")

_NESTING = re.compile(rb"content-type:\s*message/|boundary\s*\*?[0-9]?\*?=", re.IGNORECASE)

_CRASHES = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What the library lets through for damaged mail."""


class BadMail(ValueError):
    """A mail that is not read; the words say why and hold nothing of it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail shares. `why` are the sender's own words."""

    id: str
    sender: str
    name: str
    subject: str
    why: str
    links: tuple[str, ...]
    sent: datetime | None


def read_mail(raw: bytes, verified_by: str = "") -> Mail:
    """The mail in `raw`. Raises: BadMail."""
    if len(raw) > MAX_MAIL:
        raise BadMail(f"is larger than {MAX_MAIL:,} bytes")
    if (
        len(_NESTING.findall(raw)) > _MAX_NESTED
        or raw.count(b"\n--") > _MAX_MARKS
        or raw.count(b"\n") > _MAX_LINES
    ):
        raise BadMail("has too many parts or lines")
    try:
        message = BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)
        if verified_by and not _passed(message, verified_by):
            raise BadMail(f"was not found genuine by {verified_by}")
        return _mail(message, raw)
    except BadMail:
        raise
    except _CRASHES as error:
        raise BadMail(f"is so damaged that it cannot be read ({type(error).__name__})") from error


def is_allowed(sender: str, senders: tuple[str, ...]) -> bool:
    """Whether an address is one of the senders, or of one of their domains."""
    domain = sender.rpartition("@")[2]
    return any(sender == one.lower() or domain == one.lower().lstrip("@") for one in senders)


def _mail(message: EmailMessage, raw: bytes) -> Mail:
    name, sender = parseaddr(_header(message, "From"))
    if "@" not in sender:
        raise BadMail("does not say who sent it")
    text, html = _body(message)
    words = tidy(text or plain_text(html))
    own = _own_words(words)
    addresses = [*_addresses(own), *hrefs(html), *_addresses(words), *_attached_links(message)]
    links = tuple(dict.fromkeys(filter(None, map(shareable, addresses))))[:_MAX_LINKS]
    if not links:
        raise BadMail("links to no page")
    return Mail(
        id=" ".join(_header(message, "Message-ID").split())[:500] or "hash:" + digest(raw),
        sender=sender.lower()[:300],
        name=one_line(name)[:300],
        subject=_PREFIX.sub("", one_line(_header(message, "Subject")))[:_MAX_HEADER],
        why=own,
        links=links,
        sent=_sent(message),
    )


def _header(message: EmailMessage, name: str) -> str:
    """A header's words, "" where it is absent. One that is too long is not parsed: that takes its time."""
    given = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if len(given) > _MAX_HEADER:
        raise BadMail(f"has a {name} of more than {_MAX_HEADER:,} characters")
    return str(message.get(name, ""))


def _passed(message: EmailMessage, server: str) -> bool:
    """Whether our own server found the sender genuine (RFC 8601); the first header of its name is the newest."""
    for key, value in message.raw_items():
        words = " ".join(str(value)[:_MAX_HEADER].split()).lower()
        if (
            key.lower() == "authentication-results"
            and re.split(r"[\s;]", words, maxsplit=1)[0] == server.lower()
        ):
            return re.search(r"\bdmarc\s*=\s*pass\b", words) is not None
    return False


def _body(message: EmailMessage) -> tuple[str, str]:
    """Its text and its HTML, each "" where there is none."""
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return _words(plain), _words(html)


def _words(part: MIMEPart | None) -> str:
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    content = payload[:_MAX_BODY] if isinstance(payload, bytes) else b""
    try:
        return content.decode(str(part.get_content_charset() or "utf-8"), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _own_words(text: str) -> str:
    """What stands before a forwarded message or a signature, without quoted lines."""
    starts = [found.start() for pattern in (_FORWARDED, _SIGNATURE) if (found := pattern.search(text))]
    lines = text[: min(starts, default=len(text))].splitlines()
    return tidy("\n".join(line for line in lines if not line.startswith(">")))


def _addresses(text: str) -> Iterator[str]:
    return (found[0].rstrip(".,;:!?") for found in _ADDRESS.finditer(text))


def _attached_links(message: EmailMessage) -> Iterator[str]:
    """The links of messages that were forwarded as attachments, one level deep."""
    for part in islice(message.iter_attachments(), _MAX_NESTED):
        if part.get_content_type() == "message/rfc822":
            inner = part.get_content()
            if isinstance(inner, EmailMessage):
                text, html = _body(inner)
                yield from (*hrefs(html), *_addresses(text))


def _sent(message: EmailMessage) -> datetime | None:
    try:
        return moment(_header(message, "Date"))
    except ValueError:
        return None
