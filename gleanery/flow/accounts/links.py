"""One-time links: to sign in, and to set a password. Of links only hashes are kept, in the plugins' store under `web`.

Opening a link uses nothing up, because scanners open links too; only the form behind it does.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from gleanery.errors import Denied
from gleanery.flow.accounts import sessions, staff
from gleanery.flow.accounts.visitors import mark_of
from gleanery.flow.house import House
from gleanery.flow.keeping import PluginStore
from gleanery.flow.rights import Role
from gleanery.model.accounts import Account, SignInWay
from gleanery.model.people import Person

LINK_LIVES = timedelta(minutes=15)
FIRST_LIVES = timedelta(hours=24)
PASSWORD_LIVES = timedelta(days=3)
"""How long each kind is good: to sign in, of the first administrator, to set a password."""


def new_link(
    house: House, account: str, roles: Sequence[Role] = staff.FIRST_ROLES, lives: timedelta = LINK_LIVES
) -> str:
    """The path of a sign-in link for this account, good once.

    An account that has no role yet gets these at its use.
    """
    value = {"account": account, "roles": [role.value for role in roles]}
    return f"/signin?link={_keep(house, 'link', value, lives)}"


def first_link(house: House) -> str | None:
    """The address by which the first administrator signs in, good once and for a day; None where there is one."""
    if staff.any_account(house):
        return None
    serve = house.config.serve
    base = serve.address or f"http://{serve.host}:{serve.port}"
    return base + new_link(house, "administrator", staff.FIRST_ROLES, FIRST_LIVES)


def account_of_link(house: House, token: str) -> str | None:
    """Whom an unused link signs in; None for any other."""
    value = _value(house, "link", token)
    return str(value["account"]) if value else None


def use_link(house: House, token: str) -> str | None:
    """Use up a link and begin a session: its cookie, None where the link is no longer good."""
    value = _use_up(house, "link", token)
    if value is None:
        return None
    with house.change() as change:
        account = staff.ensure_account(house, change, value["account"])
        if account.disabled_at is not None:
            return None
        if not staff.roles_of(change.session, account.person_id):
            actor = f"person:{account.person_id}"
            staff.give(change, account.person_id, map(Role, value["roles"]), actor)
        return sessions.begin(change, account.person_id, SignInWay.LINK)


def password_link(house: House, account: Account, name: str) -> str:
    """The path of a link by which somebody sets a new password, good once and for three days.

    It is worth nothing once the password was changed in another way.
    """
    value = {"account": name, "person": str(account.person_id), "before": _stamp(account)}
    return f"/password?link={_keep(house, 'password', value, PASSWORD_LIVES)}"


def new_password_link(house: House, person_id: UUID, actor: str) -> str:
    """The same for an account there is, told in the audit log. Raises: Gone; Denied for a disabled one."""
    with house.change() as change:
        account = staff.account(change.session, person_id)
        person = change.session.get(Person, person_id)
        if account.disabled_at is not None:
            raise Denied("This account is disabled.", remedy="Enable it first.")
        change.audit("account.password-link-made", actor, f"person:{person_id}")
    return password_link(house, account, (person.account or "") if person else "")


def named_by_password_link(house: House, token: str) -> str | None:
    """Whose password an unused link sets; None for any other."""
    value = _good(house, token)
    return str(value["account"]) if value else None


def use_password_link(house: House, token: str) -> UUID | None:
    """Use up a link to set a password: whose; None where it is no longer good."""
    if _good(house, token) is None:
        return None
    value = _use_up(house, "password", token)
    return UUID(value["person"]) if value else None


def _good(house: House, token: str) -> Mapping[str, Any] | None:
    value = _value(house, "password", token)
    if value is None:
        return None
    with house.store.read() as session:
        account = session.get(Account, UUID(value["person"]))
    is_good = account is not None and account.disabled_at is None and _stamp(account) == value["before"]
    return value if is_good else None


def _stamp(account: Account) -> str:
    return account.password_set_at.isoformat() if account.password_set_at else ""


def _keep(house: House, kind: str, value: Mapping[str, Any], lives: timedelta) -> str:
    token = secrets.token_urlsafe(32)
    _kept(house).put(f"{kind}:{_hash(token)}", dict(value), expires_in=lives)
    return token


def _use_up(house: House, kind: str, token: str) -> Mapping[str, Any] | None:
    """What was kept for a link; of many that use it at once one gets it."""
    kept, key, value = _kept(house), f"{kind}:{_hash(token)}", _value(house, kind, token)
    if value is None or not kept.lease(key, 2 * PASSWORD_LIVES.total_seconds()):
        return None
    kept.put(key, None, expires_in=timedelta(0))
    return value


def _value(house: House, kind: str, token: str) -> Mapping[str, Any] | None:
    value: Mapping[str, Any] | None = _kept(house).get(f"{kind}:{_hash(token)}")
    return value


def _kept(house: House) -> PluginStore:
    return PluginStore(house.store, "web", house.now)


def _hash(token: str) -> str:
    return mark_of(token).hex()
