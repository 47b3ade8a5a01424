"""Sign-ins that failed: counted for every name and address, so that nobody can guess for long.

Kept in the database as keyed marks, so that the count holds for all processes and across a new start.
A success forgets the failures of that name from that address. An address is a block of 64 bits in IPv6,
where one household has that many.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from gleanery.errors import Denied
from gleanery.flow.house import House
from gleanery.model.accounts import SignInTry

WITHIN = timedelta(minutes=15)
"""How long a failure counts."""

MOST_OF_NAME = 10
"""Failures of one name from one address."""

MOST_OF_ADDRESS = 100
"""Failures from one address, whatever the names."""


class TooMany(Denied):
    """Too many sign-ins failed; nobody looks at the password until some time has passed."""


def take(house: House, name: str, address: str) -> None:
    """Count a try before the password is looked at. Raises: TooMany.

    Counting first leaves no gap in which many tries at once pass a count that none of them has raised yet.
    """
    pairs = ((_pair(house, name, address), MOST_OF_NAME), (_place(house, address), MOST_OF_ADDRESS))
    with house.store.write() as session:
        session.execute(delete(SignInTry).where(col(SignInTry.at) <= house.now() - WITHIN))
        is_full = any(_count(session, mark) >= most for mark, most in pairs)
        if not is_full:
            session.add_all([SignInTry(id=uuid4(), mark=mark, at=house.now()) for mark, _ in pairs])
    if is_full:
        raise TooMany("Too many sign-ins failed.", remedy="Wait fifteen minutes, then try again.")


def forget(house: House, name: str, address: str) -> None:
    """Take the tries of a name from an address back: one of them succeeded."""
    mark, place = _pair(house, name, address), _place(house, address)
    with house.store.write() as session:
        session.execute(delete(SignInTry).where(col(SignInTry.mark) == mark))
        last = select(SignInTry).where(SignInTry.mark == place).order_by(col(SignInTry.at).desc()).limit(1)
        for row in session.exec(last):
            session.delete(row)


def _count(session: Session, mark: bytes) -> int:
    return session.exec(select(func.count()).select_from(SignInTry).where(SignInTry.mark == mark)).one()


def _pair(house: House, name: str, address: str) -> bytes:
    return house.vault.mark(f"sign-in {_block(address)} {name.strip().casefold()}")


def _place(house: House, address: str) -> bytes:
    return house.vault.mark(f"sign-in {_block(address)}")


def _block(address: str) -> str:
    """The address, or its network of 64 bits in IPv6; what is none counts as one place."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "elsewhere"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
