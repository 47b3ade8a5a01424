"""Who gets a digest, how often and by which way; and how one who has no session can stop it."""

from __future__ import annotations

import hmac
import re
from datetime import date, datetime, timedelta
from uuid import UUID

from gleanery.errors import BadInput
from gleanery.flow.house import House
from gleanery.model.reports import Digest, DigestWay, Rhythm

_MAILBOX = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}")
_MEMBER = re.compile(r"[UW][A-Z0-9]{2,30}")


def chosen(house: House, person_id: UUID) -> Digest | None:
    """What somebody chose; None where they want none."""
    with house.store.read() as session:
        return session.get(Digest, person_id)


def choose(house: House, person_id: UUID, every: Rhythm, way: DigestWay, address: str) -> Digest:
    """Have a digest sent to oneself, the first one in the next period. Raises: BadInput."""
    address = _checked(house, way, address.strip())
    with house.change() as change:
        row = change.session.get(Digest, person_id)
        row = row or Digest(person_id=person_id, every=every, way=way, address=address, made_at=change.at)
        row.every, row.way, row.address = every, way, address
        row.sent_for, row.tries, row.next_try_at, row.reason = period_of(every, change.at), 0, None, ""
        change.session.add(row)
        actor = f"person:{person_id}"
        change.audit("digest.chosen", actor, actor, every=every.value, way=way.value)
        return row


def _checked(house: House, way: DigestWay, address: str) -> str:
    if way.value not in house.config.digests.ways:
        raise BadInput(
            f"Digests by {way.value} are not set up here.",
            remedy="Ask an administrator; see docs/how-to/digests.md.",
        )
    pattern = _MAILBOX if way is DigestWay.MAIL else _MEMBER
    if not pattern.fullmatch(address):
        raise BadInput(
            "This is no mail address." if way is DigestWay.MAIL else "This is no member id of Slack.",
            remedy="Write it as name@example.org."
            if way is DigestWay.MAIL
            else "In Slack: your profile, the three dots, Copy member ID. It begins with U or W.",
        )
    return address


def leave(house: House, person_id: UUID) -> bool:
    """Want no digest any more; False where there was none. The address is forgotten."""
    with house.change() as change:
        row = change.session.get(Digest, person_id)
        if row is None:
            return False
        change.session.delete(row)
        actor = f"person:{person_id}"
        change.audit("digest.left", actor, actor)
        return True


def leaving_key(house: House, person_id: UUID) -> str:
    """What proves, in a link, that somebody got the digest of this person. It can end it and nothing else."""
    return house.vault.mark(f"digest.leave:{person_id}").hex()


def may_leave(house: House, person_id: UUID, key: str) -> bool:
    """Whether this key is that of the person."""
    return hmac.compare_digest(leaving_key(house, person_id).encode(), key.encode("utf-8", "replace"))


def period_of(every: Rhythm, at: datetime) -> date:
    """The first day of the day or week, UTC."""
    return at.date() if every is Rhythm.DAY else at.date() - timedelta(days=at.weekday())
