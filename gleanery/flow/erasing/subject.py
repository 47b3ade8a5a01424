"""Whom an erasure or an export is about: every id, account and identity by which the house could know them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

import msgspec
from msgspec import Struct, structs
from sqlmodel import Session, col, func, select

from gleanery.errors import BadInput
from gleanery.flow.erasing.traces import Key, Traces
from gleanery.flow.house import House
from gleanery.flow.naming import handle_row
from gleanery.flow.people.handles import Account, known_handle
from gleanery.flow.people.persons import family_of, find_person
from gleanery.flow.record import driver, stores
from gleanery.model.people import Handle, HandleLink, LinkEnd, Person
from gleanery.model.posts import Post
from xapi.actors import parse_agent
from xapi.errors import InvalidStatement
from xapi.forms import is_mailbox, is_sha1
from xapi.lrs import identities
from xapi.lrs.links import identity_of
from xapi.model import Actor

SHORTEST_NAME = 3
_ADDRESS = re.compile(r"[^@\s:]+@[^@\s:]+\.[^@\s:]+")


class Asked(Struct, frozen=True):
    """Whom somebody means: a person, accounts on platforms, identities in statements, and names in texts.

    `reason` is why they are to be erased, in the words of whoever asks.
    """

    person: str | None = None
    accounts: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    reason: str = ""

    def packed(self) -> bytes:
        """The same as JSON."""
        return msgspec.json.encode(self)

    @classmethod
    def unpacked(cls, packed: bytes) -> Asked:
        """What that JSON says."""
        return msgspec.json.decode(packed, type=cls)


class Subject(Struct, frozen=True):
    """One human as the house knows them.

    `handles` are theirs alone; `posts` are from accounts that are or were another's too; `unverified` accounts are
    only claimed for them and are left alone. `identities` are written as `identity_of` writes them. `staff` are
    names they sign in by; by `accounts` a platform or HR knows them, and elsewhere perhaps somebody else.
    `previewed` are the counts that whoever asked for an erasure had seen.
    """

    persons: tuple[UUID, ...] = ()
    handles: tuple[UUID, ...] = ()
    posts: tuple[UUID, ...] = ()
    unverified: tuple[UUID, ...] = ()
    identities: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    asked: Asked = Asked()
    previewed: dict[str, int] = {}

    def packed(self) -> bytes:
        """The subject as JSON."""
        return msgspec.json.encode(self)

    @classmethod
    def unpacked(cls, packed: bytes) -> Subject:
        """The subject of that JSON."""
        return msgspec.json.decode(packed, type=cls)

    def traces(self, house: House, key: Key | None = None) -> Traces:
        """What they are recognised by; under a key where one is given."""
        home = house.organisation.people_home
        identities = [*self.identities, *(f"activity {home}/{one}" for one in self.persons)]
        if key is not None:
            return Traces.keyed(identities, self.words, key)
        return Traces.plain(identities, [*self.words, *map(str, self.persons)])

    @property
    def ids(self) -> list[str]:
        """Every person and account they are: what two look-ups are compared by."""
        return sorted(map(str, (*self.persons, *self.handles)))

    @property
    def words(self) -> list[str]:
        """The names and addresses by which they stand in texts."""
        return [*self.names, *_bare(self.identities)]


def find_subject(house: House, session: Session, asked: Asked) -> Subject:
    """The human that is meant. Raises: BadInput for one nobody knows, or what is no account, identity or name."""
    if not (asked.person or asked.accounts or asked.identities):
        raise BadInput(
            "Nobody was named.", remedy="Give a person's id, or --account or --identity for somebody else."
        )
    persons = family_of(session, find_person(session, asked.person).id).members if asked.person else ()
    ids = tuple(person.id for person in persons)
    whole, posts, unverified = _handles(session, ids)
    named = [_handle(house, session, text) for text in asked.accounts]
    handles = tuple(dict.fromkeys([*whole, *named]))
    given = [identity for text in asked.identities for identity in identities_in(text)]
    staff = tuple(person.account for person in persons if person.account)
    subject = Subject(
        persons=ids,
        handles=handles,
        posts=posts,
        unverified=tuple(one for one in unverified if one not in handles),
        identities=tuple(dict.fromkeys([*given, *_known(house, session, ids, handles, staff)])),
        names=tuple(map(_checked_name, asked.names)),
        staff=staff,
        accounts=_accounts(house, session, handles, persons),
        asked=asked,
    )
    return structs.replace(subject, identities=(*subject.identities, *_spelt(house, session, subject)))


def _spelt(house: House, session: Session, subject: Subject) -> list[str]:
    """The same identities as they are spelt in the record: the digest of a mailbox depends on its spelling."""
    traces, connection = subject.traces(house), driver(session)
    found = {
        identity
        for store in stores(session)
        for several in (identities.in_statements, identities.in_documents)
        for identity in several(connection, store)
        if traces.know(identity)
    }
    return sorted(found.difference(subject.identities))


def identities_in(text: str) -> list[str]:
    """The identity that a text writes: a JSON Agent, a mail address, a SHA-1, HOMEPAGE NAME, or an OpenID.

    Raises: BadInput.
    """
    text = text.strip()
    home, _, name = text.partition(" ")
    try:
        if text.startswith("{"):
            return [identity_of(parse_agent(text))]
        if is_sha1(text):
            return [f"mbox_sha1sum {text}"]
        if _ADDRESS.fullmatch(text.removeprefix("mailto:")):
            mbox = f"mailto:{text.removeprefix('mailto:')}"
            return [f"mbox {mbox}"] if is_mailbox(mbox) else _no_identity()
        if "://" in home and name.strip():
            return [f"account {home} {name.strip()}"]
        return [f"openid {text}"] if "://" in text else _no_identity()
    except InvalidStatement as error:
        raise BadInput("This is no Agent.", remedy=f"{error.message}.") from error


def actor_of(identity: str) -> Actor:
    """The agent of an identity as `identity_of` writes it."""
    kind, _, value = identity.partition(" ")
    if kind == "account":
        home, _, name = value.partition(" ")
        return parse_agent(msgspec.json.encode({"account": {"homePage": home, "name": name}}))
    return parse_agent(msgspec.json.encode({kind: value}))


def _no_identity() -> list[str]:
    raise BadInput(
        "This is no identity.",
        remedy="Write a mail address, its SHA-1, an OpenID, 'HOMEPAGE NAME', or an Agent as JSON.",
    )


def _checked_name(name: str) -> str:
    if len(re.findall(r"\w", name)) < SHORTEST_NAME:
        raise BadInput(
            f"A name has {SHORTEST_NAME} letters at least.", remedy="A shorter one would be found everywhere."
        )
    return name.strip()


# --------------------------------------------------------------------------- accounts


def _handle(house: House, session: Session, text: str) -> UUID:
    """The account that is named, also where it is not known: a restored backup may know it."""
    account = Account.parse(text)
    found = known_handle(session, house.organisation.id, account)
    return (found or handle_row(house.organisation.id, *account)).id


def _handles(session: Session, persons: Sequence[UUID]) -> tuple[list[UUID], tuple[UUID, ...], list[UUID]]:
    """Accounts that are theirs alone, posts from others while those were, and accounts only claimed for them."""
    own = session.exec(select(HandleLink).where(col(HandleLink.person_id).in_(persons))).all()
    verified = [link for link in own if link.verified and link.ended_why is not LinkEnd.MISTAKE]
    claimed = [link.handle_id for link in own if not link.verified and link.until is None]
    shared = _of_others(session, [link.handle_id for link in verified], persons)
    whole = dict.fromkeys(link.handle_id for link in verified if link.handle_id not in shared)
    posts = [post for link in verified if link.handle_id in shared for post in _written(session, link)]
    return list(whole), tuple(posts), [one for one in dict.fromkeys(claimed) if one not in whole]


def _written(session: Session, link: HandleLink) -> Iterable[UUID]:
    """The posts from an account in the time of a link."""
    at = func.coalesce(col(Post.published_at), col(Post.first_seen_at))
    query = select(Post.id).where(Post.handle_id == link.handle_id, at >= link.since)
    return session.exec(query if link.until is None else query.where(at < link.until)).all()


def _of_others(session: Session, handles: Sequence[UUID], persons: Sequence[UUID]) -> set[UUID]:
    """Those accounts that are, or were, somebody else's too."""
    query = select(HandleLink.handle_id).where(
        col(HandleLink.handle_id).in_(handles),
        col(HandleLink.person_id).not_in(persons),
        col(HandleLink.verified),
        col(HandleLink.ended_why).is_distinct_from(LinkEnd.MISTAKE),
    )
    return set(session.exec(query))


# --------------------------------------------------------------------------- identities


def _known(
    house: House, session: Session, persons: Iterable[UUID], handles: Sequence[UUID], staff: Iterable[str]
) -> Iterator[str]:
    """The identities that follow from what the house knows: pseudonyms, and accounts that are addresses."""
    for person in persons:
        yield identity_of(house.bridge.person(person))
    for handle in session.exec(select(Handle).where(col(Handle.id).in_(handles))):
        yield from _of_account(handle.realm, handle.external_id)
    for account in staff:
        yield from _of_account("", account)


def _of_account(realm: str, external_id: str) -> Iterator[str]:
    if _ADDRESS.fullmatch(external_id):
        yield f"mbox mailto:{external_id}"
    elif "://" in external_id:
        yield f"openid {external_id}"
    if "." in realm and " " not in realm:
        yield from (f"account https://{realm}{end} {external_id}" for end in ("", "/"))


def _accounts(
    house: House, session: Session, handles: Sequence[UUID], persons: Sequence[Person]
) -> tuple[str, ...]:
    known = session.exec(select(Handle.external_id).where(col(Handle.id).in_(handles)))
    numbers = (
        house.vault.open(one.id, one.directory_number).decode() for one in persons if one.directory_number
    )
    return tuple(dict.fromkeys([*known, *numbers]))


def _bare(identities: Iterable[str]) -> Iterator[str]:
    """The addresses among identities, as they stand in texts."""
    for identity in identities:
        kind, _, value = identity.partition(" ")
        if kind in ("mbox", "openid"):
            yield value.removeprefix("mailto:")
