"""What people do in these tests: link, consent, act; in one line each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import func, select

from gleanery.flow import record
from gleanery.flow.house import House
from gleanery.flow.people import bases, handles, persons, stating, withdrawing
from gleanery.flow.people.asking import Origin, Refusal
from gleanery.flow.people.bases import Scope
from gleanery.flow.people.handles import Account
from gleanery.model.bases import Basis, BasisKind, Purpose, Stated
from gleanery.model.people import Handle, LinkedBy, LinkEnd, Person
from gleanery.testing import NOON
from xapi.model import Actor
from xapi.statements import Built, viewed
from xapi.validate import read

LEAD = "person:lead"
DONE = NOON
"""When everything in these tests was done, as its source tells: a deed read again is the same."""

SLACK = Origin("slack", "workspace")
RECORD, CREDIT = Purpose.LEARNING_RECORD, Purpose.CURATION_CREDIT
SOCIAL, REPORT = Purpose.SOCIAL_ACTIVITY, Purpose.INDIVIDUAL_REPORT


def account(name: str, realm: str = "T1") -> Account:
    return Account("slack", realm, name)


def new_handle(house: House, name: str, realm: str = "T1") -> Handle:
    with house.change() as change:
        return handles.ensure_handle(change.session, house.organisation.id, account(name, realm))


def new_person(house: House, name: str | None = None, *, verified: bool = True, realm: str = "T1") -> Person:
    """A person, with a linked handle where a name is given."""
    with house.change() as change:
        person = persons.new_person(change, LEAD)
    if name is not None:
        link(house, name, person, verified=verified, realm=realm)
    return person


def link(
    house: House,
    name: str,
    person: Person,
    *,
    verified: bool = True,
    move: bool = False,
    realm: str = "T1",
) -> Handle:
    handle = new_handle(house, name, realm)
    with house.change() as change:
        handles.link(change, handle, person, LinkedBy.ADMINISTRATOR, LEAD, verified=verified, move=move)
    return handle


def unlink(house: House, handle: Handle, why: LinkEnd = LinkEnd.ASKED) -> None:
    with house.change() as change:
        handles.unlink(change, handle, why, LEAD)


def merge(house: House, one: Person, other: Person) -> Person:
    with house.change() as change:
        return persons.merge(change, one, other, LEAD)


def split(house: House, person: Person) -> Person:
    with house.change() as change:
        return persons.split(change, persons.find_person(change.session, str(person.id)), LEAD)


def consent(
    house: House, person: Person, purpose: Purpose = RECORD, until: datetime | None = None, **scope: str
) -> Basis:
    with house.change() as change:
        text = bases.add_text(change, purpose, "en", f"I agree to {purpose.value}.", LEAD)
        covers = Scope(person=person.id, **scope)
        return bases.give(change, purpose, BasisKind.CONSENT, covers, LEAD, text=text, until=until)


def agreement(
    house: House, purpose: Purpose = RECORD, scope: Scope | None = None, *, needs_consent: bool = False
) -> Basis:
    with house.change() as change:
        return bases.give(
            change,
            purpose,
            BasisKind.WORKS_AGREEMENT,
            scope or Scope(),
            LEAD,
            reference="WA 7",
            needs_consent=needs_consent,
        )


def withdraw(house: House, basis: Basis) -> int:
    return withdrawing.withdraw(house, [basis.id], "lead").voided


def act(
    house: House,
    about: Person | Handle,
    event: str = "e1",
    purpose: Purpose = RECORD,
    source: Origin = SLACK,
    *,
    done_at: datetime | None = None,
    by: Actor | None = None,
    tell: Callable[..., Built] = viewed,
) -> Stated | Refusal:
    """State that somebody viewed an item; `by` and `tell` replace the right actor and the right verb."""
    at = done_at or DONE
    item = house.bridge.item(uuid5(house.organisation.id, event), "message", "Slack")

    def build(actor: Actor, revision: int) -> Built:
        return tell(house.bridge, item, event=event, by=by or actor, at=at, revision=revision)

    with house.change() as change:
        deed = stating.Deed(about, purpose, source, event, done_at or house.now())
        return stating.state(change, deed, build)


def standing_about(house: House, person_id: UUID) -> set[UUID]:
    """The statements with this person as actor that are not voided, as the record tells them."""
    actor = house.bridge.person(person_id)
    with record.record(house.store) as statements:  # what voids one of theirs is found with it: left out
        found = statements.query(agent=actor, limit=1000)
        return {one.id for one in found if read(one.raw).actor == actor}


def rows(house: House) -> int:
    """How many rows there are about what persons did."""
    with house.store.read() as session:
        return session.exec(select(func.count()).select_from(Stated)).one()
