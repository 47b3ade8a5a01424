"""Checkpoints leave the machine, so that somebody else can hold the record to them.

    mail.py         a mail with the signed lines, as text and as an attachment
    webhook.py      a POST with the signed lines, under a keyed hash
    timestamps.py   an RFC 3161 authority signs when it saw the hash of each line

Sent is what is newest, at most every `record.send_checkpoints.every_minutes` and at shutdown. A way that
fails keeps its reason, which `gleanery doctor` and `audit verify` show, and is tried again when it is next
due; nobody waits for it, since it is called beside the work and never within it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog

from gleanery.errors import GleaneryError
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.leases import held
from xapi.chain import Checkpoint

log = structlog.get_logger()
_KEPT = "send-checkpoints"

Way = Callable[[House, Sequence[Checkpoint]], None]
"""Brings checkpoints out of the house. Raises GleaneryError or OSError, which SMTPException is."""


class Standing(NamedTuple):
    """How one way stands: when it last worked, what went wrong since, how many entries wait to be vouched for."""

    way: str
    sent_at: str | None
    reason: str
    waiting: int


def ways(house: House) -> dict[str, Way]:
    """The configured ways, by name; what none of them is sent by is not imported."""
    settings = house.config.record.send_checkpoints
    found: dict[str, Way] = {}
    if settings.mail.host:
        from gleanery.flow.sending import mail

        found["mail"] = mail.send
    if settings.webhook.url:
        from gleanery.flow.sending import webhook

        found["webhook"] = webhook.send
    if settings.timestamp.url:
        from gleanery.flow.sending import timestamps

        found["timestamp"] = timestamps.send
    return found


def send(house: House, *, closing: bool = False) -> None:
    """Send what is newest on every way that is due; `closing`: on every way that lacks something.

    Of several processes one sends.
    """
    due = [name for name in ways(house) if _due(house, name, closing)]
    if not due:
        return
    with held(house.store, _KEPT, house.now) as lease:
        if lease is not None:
            for name in due:
                _send_on(house, name)


def _send_on(house: House, name: str) -> None:
    fresh = _fresh(house, name)
    if not fresh:
        return
    state = _state(house, name) | {"tried_at": house.now().isoformat()}
    try:
        ways(house)[name](house, fresh)
    except (GleaneryError, OSError) as error:
        state["reason"] = str(error) if isinstance(error, GleaneryError) else f"{name}: {_said(error)}"
        log.warning("checkpoints.not_sent", way=name, error=state["reason"])
    else:
        sent = {one.log: [one.epoch, one.seq] for one in fresh}
        state |= {"reason": "", "sent_at": house.now().isoformat(), "sent": {**state.get("sent", {}), **sent}}
        log.info("checkpoints.sent", way=name, entries={one.log: one.seq for one in fresh})
    PluginStore(house.store, _KEPT, house.now).put(name, state)


def _said(error: Exception) -> str:
    """A mail server's refusal or a broken connection in words; what a server quotes may hold addresses."""
    code = getattr(error, "smtp_code", None)
    if code is not None:
        return f"the server refused with code {code}"
    return getattr(error, "strerror", None) or type(error).__name__


def _state(house: House, name: str) -> dict[str, Any]:
    return PluginStore(house.store, _KEPT, house.now).get(name) or {}


def _due(house: House, name: str, closing: bool) -> bool:
    tried = _state(house, name).get("tried_at")
    every = timedelta(minutes=house.config.record.send_checkpoints.every_minutes)
    is_time = closing or tried is None or house.now() - datetime.fromisoformat(tried) >= every
    return is_time and bool(_fresh(house, name))


def _fresh(house: House, name: str) -> list[Checkpoint]:
    """The newest checkpoint of each log, where this way did not bring it out yet."""
    sent = _state(house, name).get("sent", {})
    return [one for one in _newest(house) if [one.epoch, one.seq] != sent.get(one.log)]


def _newest(house: House) -> Iterator[Checkpoint]:
    organisation = str(house.organisation.id)
    for one in house.logs:
        if last := house.local_checkpoints.last(organisation, one.name):
            yield last


def standing(house: House) -> list[Standing]:
    """How each configured way stands."""
    found = []
    for name in ways(house):
        state = _state(house, name)
        sent = {log: seq for log, (_, seq) in state.get("sent", {}).items()}
        waiting = sum(max(0, one.head().seq - sent.get(one.name, 0)) for one in house.logs)
        found.append(Standing(name, state.get("sent_at"), state.get("reason", ""), waiting))
    return found
