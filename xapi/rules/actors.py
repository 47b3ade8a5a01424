"""The rules of agents and groups."""

from __future__ import annotations

from msgspec import UNSET

from xapi.forms import good_iris, is_iri, is_mailbox, is_sha1
from xapi.model import Actor
from xapi.rules.faults import below, broken, each, must

_OAUTH_MEMBERS = 2


def check_actor(actor: Actor) -> None:
    """An Agent has one identifier; a Group has one, or members without any."""
    identifiers = 0
    account = actor.account
    if account is not UNSET:
        identifiers = 1
        if account.home_page not in good_iris and not is_iri(account.home_page):
            raise broken("$.account.homePage", "iri", "is no absolute IRI")
        if not account.name:
            raise broken("$.account.name", "account-name", "is empty")
    if actor.mbox is not UNSET or actor.mbox_sha1sum is not UNSET or actor.openid is not UNSET:
        identifiers += _check_other_identifiers(actor)
    if actor.object_type == "Group":
        _check_members(actor, identifiers)
    elif actor.member is not UNSET:
        raise broken("$.member", "agent-member", "only a Group has members")
    elif identifiers != 1:
        raise broken("$", "one-identifier", f"an Agent has exactly one identifier, not {identifiers}")


def check_authority(authority: Actor) -> None:
    """An authority is an Agent, or two who vouch together."""
    check_actor(authority)
    if authority.object_type == "Group":
        members = authority.member
        is_oauth = members is not UNSET and len(members) == _OAUTH_MEMBERS
        anonymous = authority.account is authority.mbox is authority.openid is authority.mbox_sha1sum is UNSET
        must(is_oauth and anonymous, "$", "authority-group", "is no Agent and no anonymous Group of two")


def check_group(group: Actor) -> None:
    """Only a Group will do: a team is one."""
    must(group.object_type == "Group", "$", "group", "is no Group")
    check_actor(group)


def _check_other_identifiers(actor: Actor) -> int:
    identifiers = 0
    if actor.mbox is not UNSET:
        identifiers += 1
        must(is_mailbox(actor.mbox), "$.mbox", "mailbox", "is no mailto: IRI")
    if actor.mbox_sha1sum is not UNSET:
        identifiers += 1
        must(is_sha1(actor.mbox_sha1sum), "$.mbox_sha1sum", "sha1", "is no hex SHA-1")
    if actor.openid is not UNSET:
        identifiers += 1
        must(is_iri(actor.openid), "$.openid", "iri", "is no absolute IRI")
    return identifiers


def _check_members(group: Actor, identifiers: int) -> None:
    must(identifiers <= 1, "$", "one-identifier", f"a Group has at most one identifier, not {identifiers}")
    if group.member is UNSET:
        must(identifiers == 1, "$", "anonymous-group", "a Group without identifier has members")
        return
    must(bool(group.member) or identifiers == 1, "$.member", "anonymous-group", "is empty")
    below("member", lambda members: each(members, _check_member), group.member)


def _check_member(member: Actor) -> None:
    must(member.object_type != "Group", "$", "nested-group", "a Group's members are Agents")
    check_actor(member)
