"""Sends the digests that are due. A kill between the sending and its note sends one once more, never twice more.

A mail that comes twice bears the same Message-ID. What fails is tried again, ever later, until its period is over.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog
from pydantic import SecretStr
from sqlmodel import Session, col, or_, select

from gleanery.errors import Denied, GleaneryError, Unreachable
from gleanery.flow.accounts.staff import roles_of
from gleanery.flow.digests.choosing import leaving_key, period_of
from gleanery.flow.digests.gathering import News, news
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.flow.rights import Right, Role, rights_of
from gleanery.flow.sending.mail import signed_in
from gleanery.leases import held
from gleanery.model.accounts import Account
from gleanery.model.reports import Digest, DigestWay, Rhythm
from gleanery.model.types import derived_id

log = structlog.get_logger()
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=6)
_LEASE = "digests"
_CHANNEL = "channel"


@dataclass(frozen=True)
class Reader:
    """Whom a digest is written for: their language, what may be told, and the key with which they can end it."""

    locale: str | None
    person_id: UUID | None
    leaving_key: str


@dataclass(frozen=True)
class Letter:
    """A digest in words."""

    subject: str
    text: str
    html: str


Render = Callable[[News, Reader], Letter]
"""Puts news into words; the pages know how."""


def send_due(house: House, render: Render) -> int:
    """Send every digest that is due; returns how many were. Of several processes one sends."""
    due = _due(house)
    channel = _channel_is_due(house)
    if not due and channel is None:
        return 0
    with held(house.store, _LEASE, house.now) as lease:
        if lease is None:
            return 0
        sent = sum(_try(house, render, one) for one in _due(house))
        if channel is not None:
            sent += _tell_channel(house, render, channel)
        return sent


def letter_for(house: House, render: Render, person_id: UUID) -> Letter:
    """The digest that somebody would get now."""
    with house.store.read() as session:
        rights, locale = _rights(session, person_id), _locale(session, person_id)
    return render(news(house, rights), Reader(locale, person_id, leaving_key(house, person_id)))


# --------------------------------------------------------------------------- who is due


def _due(house: House) -> Sequence[Digest]:
    """The digests whose period began and was not told, and that need not wait after a failure."""
    now = house.now()
    with house.store.read() as session:
        rows = session.exec(
            select(Digest)
            .join(Account, col(Account.person_id) == col(Digest.person_id))
            .where(
                col(Account.disabled_at).is_(None),
                or_(col(Digest.next_try_at).is_(None), col(Digest.next_try_at) <= now),
            )
        ).all()
    return [row for row in rows if _is_due(house, row.every, row.sent_for, now)]


def _is_due(house: House, every: Rhythm, sent_for: date | None, now: datetime) -> bool:
    period = period_of(every, now)
    begins = datetime.combine(period, datetime.min.time(), now.tzinfo) + timedelta(
        hours=house.config.digests.hour
    )
    return now >= begins and (sent_for is None or sent_for < period)


def _rights(session: Session, person_id: UUID) -> frozenset[Right]:
    return rights_of(roles_of(session, person_id))


def _locale(session: Session, person_id: UUID) -> str | None:
    account = session.get(Account, person_id)
    return account.settings.get("locale") if account else None


# --------------------------------------------------------------------------- one person


def _try(house: House, render: Render, row: Digest) -> bool:
    """Send one and note it; a failure is noted with its next try."""
    period, reason = period_of(row.every, house.now()), ""
    try:
        letter = letter_for(house, render, row.person_id)
        (_mail if row.way is DigestWay.MAIL else _message)(house, row, letter, period)
    except (GleaneryError, OSError, smtplib.SMTPException) as error:
        reason = _said(error)
        log.warning("digest.not_sent", way=row.way.value, error=reason)
    _note(house, row, period, reason)
    return not reason


def _said(error: Exception) -> str:
    """What went wrong in words; what a server quotes may hold addresses."""
    if isinstance(error, GleaneryError):
        return error.message
    code = getattr(error, "smtp_code", None)
    return f"the mail server refused with code {code}" if code is not None else f"{type(error).__name__}"


def _note(house: House, row: Digest, period: date, reason: str) -> None:
    with house.store.write() as session:
        found = session.get(Digest, row.person_id)
        if found is None:
            return  # they left meanwhile
        found.reason = reason
        if reason:
            found.tries += 1
            found.next_try_at = house.now() + _wait(found.tries)
        else:
            found.sent_for, found.last_sent_at = period, house.now()
            found.tries, found.next_try_at = 0, None
        session.add(found)


def _wait(tries: int) -> timedelta:
    return min(FIRST_RETRY * int(2 ** min(tries - 1, 10)), LONGEST_RETRY)


def _mail(house: House, row: Digest, letter: Letter, period: date) -> None:
    """Mail a letter. Raises: OSError, SMTPException."""
    settings = house.config.digests.mail
    if not settings.host:
        raise Denied("Digests by mail are not set up any more.", remedy="Set digests.mail.host.")
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = letter.subject, settings.sender, row.address
    message["Date"] = format_datetime(house.now())
    name = derived_id(
        "digest", str(house.organisation.id), str(row.person_id), row.every.value, period.isoformat()
    )
    message["Message-ID"] = f"<{name}@{settings.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    with signed_in(house, settings) as server:
        server.send_message(message)


def _message(house: House, row: Digest, letter: Letter, _: date) -> None:
    """Send a letter as a direct message by chat.postMessage (docs.slack.dev/reference/methods/chat.postMessage)."""
    settings = house.config.digests
    if settings.slack_token is None:
        raise Denied("Digests by Slack are not set up any more.", remedy="Set digests.slack_token.")
    body = {
        "channel": row.address,
        "text": _escaped(letter.text),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    answer = _post(house, f"{settings.slack_api}/chat.postMessage", body, settings.slack_token)
    try:
        told = msgspec.json.decode(answer, type=dict[str, Any])
    except (msgspec.DecodeError, ValueError) as error:
        raise Unreachable("Slack answered the digest in a way that cannot be read.") from error
    if not told.get("ok"):
        raise Unreachable(f"Slack refused the digest: {told.get('error')}.")


def _escaped(text: str) -> str:
    """The text with nothing in it that Slack would take for a mention or a disguised link.

    docs.slack.dev/messaging/formatting-message-text, "Escaping text": these three signs and no others.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _post(house: House, url: str, body: dict[str, object], token: SecretStr | None = None) -> bytes:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    headers |= {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
    answer = house.http.send("POST", url, data=msgspec.json.encode(body), headers=headers)
    if not 200 <= answer.status_code < 300:
        raise Unreachable(f"Slack answered the digest with status {answer.status_code}.")
    return answer.content


# --------------------------------------------------------------------------- the channel


def _channel_is_due(house: House) -> date | None:
    """The period that the channel is to be told of now."""
    settings = house.config.digests
    if settings.channel_every == "off" or settings.slack_webhook is None:
        return None
    every, kept = Rhythm(settings.channel_every), _kept(house)
    last = date.fromisoformat(kept["sent_for"]) if kept.get("sent_for") else None
    rests = kept.get("next_try_at", "") > house.now().isoformat()
    return period_of(every, house.now()) if not rests and _is_due(house, every, last, house.now()) else None


def _kept(house: House) -> dict[str, str]:
    kept: dict[str, str] = PluginStore(house.store, _LEASE, house.now).get(_CHANNEL) or {}
    return kept


def _tell_channel(house: House, render: Render, period: date) -> bool:
    """Tell the channel the counts; a channel may hold people without an account, so no title."""
    kept = PluginStore(house.store, _LEASE, house.now)
    told = news(house, rights_of([Role.LEAD]), with_titles=False)
    letter = render(told, Reader(None, None, ""))
    webhook = house.config.digests.slack_webhook
    try:
        _post(house, webhook.get_secret_value() if webhook else "", {"text": _escaped(letter.text)})
    except (GleaneryError, OSError) as error:
        log.warning("digest.not_sent", way=_CHANNEL, error=_said(error))
        kept.put(_CHANNEL, _kept(house) | {"next_try_at": (house.now() + FIRST_RETRY).isoformat()})
        return False
    kept.put(_CHANNEL, {"sent_for": period.isoformat()})
    return True
