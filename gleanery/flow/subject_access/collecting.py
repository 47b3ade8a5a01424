"""What the house keeps about a person: accounts, bases, posts, decisions, and what the audit log says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, or_, select

from gleanery.audit import AuditLog
from gleanery.flow.contents import words
from gleanery.flow.erasing.places import theirs
from gleanery.flow.erasing.subject import Asked, Subject
from gleanery.flow.house import House
from gleanery.model.accounts import Account, AccountIdentity, AccountRole, ApiToken, WebSession
from gleanery.model.bases import Basis, ConsentText, Objection, Stated
from gleanery.model.curated import ItemEdit, ItemNote, RefusedTag, Regrouping
from gleanery.model.destinations import Delivery
from gleanery.model.inquiries import Inquiry, InquiryKind
from gleanery.model.items import Decision, Tag
from gleanery.model.learners import LearnerNote, Reached, ScoreOwed, Visit
from gleanery.model.people import DirectoryChange, Handle, HandleLink, Person, PersonMerge
from gleanery.model.posts import Content, Post, PostVersion
from gleanery.model.queue import Bulk, Claim, Later, SavedView
from gleanery.model.record import Entry
from gleanery.model.reports import Digest
from gleanery.model.searches import SavedSearch
from xapi.bundles.model import moment

SOMEBODY = "somebody else"

_BY: dict[Any, tuple[Any, ...]] = {
    ItemEdit: (col(ItemEdit.actor), col(ItemEdit.undone_by)),
    RefusedTag: (col(RefusedTag.actor),),
    Regrouping: (col(Regrouping.actor), col(Regrouping.undone_by)),
}

Row = dict[str, Any]
Parts = dict[str, Any]


class Collecting:
    """Collects what the house keeps about one human, in one snapshot of the database."""

    def __init__(self, house: House, session: Session, subject: Subject) -> None:
        self._house, self._session, self._subject = house, session, subject
        self._names = {f"person:{one}" for one in subject.persons}

    def parts(self) -> Parts:
        """Every part by its name; most are lists of rows."""
        return {
            "person": self._person(),
            "accounts": self._accounts(),
            "bases": self._bases(),
            "objections": self._objections(),
            "rests_on": self._rests_on(),
            "posts": list(self._posts()),
            "decisions": self._decisions(),
            "deliveries": self._deliveries(),
            "tags": self._tags(),
            "notes": self._notes(),
            "curated": self._curated(),
            "hr_steps": self._hr_steps(),
            "inquiries": self._inquiries(),
            "searches": self._searches(),
            "learning": self._learning(),
            "queue": self._queue(),
            "signing_in": self._signing_in(),
            "audit": list(self._entries()),
        }

    # ------------------------------------------------------------------ who they are

    def _all(self, table: Any, condition: Any) -> Sequence[Any]:
        return self._session.exec(select(table).where(condition)).all()

    def _person(self) -> Parts:
        rows: Sequence[Person] = self._all(Person, col(Person.id).in_(self._subject.persons))
        merges = self._all(
            PersonMerge,
            or_(
                col(PersonMerge.person_id).in_(self._subject.persons),
                col(PersonMerge.into_id).in_(self._subject.persons),
            ),
        )
        return {
            "ids": list(self._subject.persons),
            "known_since": min((one.made_at for one in rows), default=None),
            "sign_in": list(self._subject.staff),
            "units": sorted({one.unit for one in rows if one.unit}),
            "first_days": sorted(one.starts_on for one in rows if one.starts_on),
            "last_days": sorted(one.ends_on for one in rows if one.ends_on),
            "hr_numbers": [
                self._house.vault.open(one.id, one.directory_number).decode()
                for one in rows
                if one.directory_number
            ],
            "identities": list(self._subject.identities),
            "merges": [{"person": one.person_id, "into": one.into_id, "at": one.at} for one in merges],
        }

    def _accounts(self) -> list[Row]:
        links: Sequence[HandleLink] = self._all(
            HandleLink, col(HandleLink.person_id).in_(self._subject.persons)
        )
        ids = {*self._subject.handles, *(one.handle_id for one in links)}
        handles: Sequence[Handle] = self._all(Handle, col(Handle.id).in_(ids))
        return [
            {
                "account": f"{one.platform}:{one.realm}:{one.external_id}",
                "links": [
                    {
                        "how": link.how.value,
                        "verified": link.verified,
                        "since": link.since,
                        "until": link.until,
                        "why_ended": link.ended_why.value if link.ended_why else None,
                    }
                    for link in links
                    if link.handle_id == one.id
                ],
            }
            for one in handles
        ]

    def _signing_in(self) -> list[Row]:
        """Their account of the desks, with roles, sessions and tokens; of secrets only that there are some."""
        kinds: tuple[tuple[str, Any, set[str]], ...] = (
            ("account", Account, {"password"}),
            ("role", AccountRole, {"by"}),
            ("identity", AccountIdentity, set()),
            ("session", WebSession, {"mark"}),
            ("token", ApiToken, {"mark"}),
            ("digest", Digest, set()),
        )
        return [
            {"what": what, **row.model_dump(mode="json", exclude={"person_id", *left_out})}
            for what, table, left_out in kinds
            for row in self._all(table, col(table.person_id).in_(self._subject.persons))
        ]

    def _bases(self) -> list[Row]:
        rows: Sequence[Basis] = self._all(Basis, col(Basis.person_id).in_(self._subject.persons))
        texts = {
            one.id: one
            for one in self._all(ConsentText, col(ConsentText.id).in_([row.text_id for row in rows]))
        }
        return [
            {
                **row.model_dump(exclude={"text_id", "given_by", "ended_by", "unit"}),
                "text": texts[row.text_id].body if row.text_id in texts else None,
                "text_version": texts[row.text_id].version if row.text_id in texts else None,
            }
            for row in rows
        ]

    def _objections(self) -> list[Row]:
        rows: Sequence[Objection] = self._all(Objection, col(Objection.person_id).in_(self._subject.persons))
        return [row.model_dump(exclude={"by", "ended_by"}) for row in rows]

    def _rests_on(self) -> list[Row]:
        rows: Sequence[Stated] = self._all(Stated, col(Stated.person_id).in_(self._subject.persons))
        return [
            {
                "statement": row.statement_id,
                "basis": row.basis_id,
                "purpose": row.purpose.value,
                "at": row.at,
                "voided_at": row.voided_at,
            }
            for row in rows
        ]

    def _hr_steps(self) -> list[Row]:
        rows = self._all(DirectoryChange, col(DirectoryChange.person_id).in_(self._subject.persons))
        return [{"step": row.step.value, "before": row.before, "after": row.after} for row in rows]

    def _searches(self) -> list[Row]:
        rows = self._all(SavedSearch, col(SavedSearch.person_id).in_(self._subject.persons))
        return [{"name": row.name, "log": row.log.value, "asked": row.asked} for row in rows]

    def _learning(self) -> Parts:
        """What they did in courses, what gradebooks are told of it, and what they wrote to the curators."""
        theirs: dict[str, tuple[Any, set[str]]] = {
            "items": (Reached, set()),
            "scores": (ScoreOwed, {"to"}),
            "notes": (LearnerNote, {"settled_by"}),
            "visits": (Visit, {"ticket_mark", "key_mark", "arrived"}),
        }
        return {
            name: [
                row.model_dump(mode="json", exclude=left_out)
                for row in self._all(table, col(table.handle_id).in_(self._subject.handles))
            ]
            for name, (table, left_out) in theirs.items()
        }

    def _queue(self) -> Parts:
        """What they keep at the curators' desk."""
        persons = self._subject.persons
        claims = self._all(Claim, col(Claim.person_id).in_(persons))
        later = self._all(Later, col(Later.person_id).in_(persons))
        views = self._all(SavedView, col(SavedView.person_id).in_(persons))
        many = self._all(Bulk, col(Bulk.by).in_(self._names))
        return {
            "has_open": [{"item": one.item_id, "until": one.until} for one in claims],
            "put_off": [{"item": one.item_id, "until": one.until} for one in later],
            "saved_views": [{"name": one.name, "query": one.query, "shared": one.shared} for one in views],
            "many_at_once": [
                {"verdict": one.verdict.value, "reason": one.reason, "query": one.query, "at": one.made_at}
                for one in many
            ],
        }

    def _inquiries(self) -> list[Row]:
        """When somebody is looking them up; who that is, the audit log tells."""
        rows: Sequence[Inquiry] = self._all(Inquiry, col(Inquiry.kind) != InquiryKind.HR_LIST)
        return [
            {"opened_at": row.opened_at, "kept_until": row.until}
            for row in rows
            if self._is_about_them(Asked.unpacked(self._house.vault.open(row.id, row.asked)))
        ]

    def _is_about_them(self, asked: Asked) -> bool:
        told = {asked.person, *asked.accounts, *asked.identities}
        own = {*map(str, self._subject.persons), *self._subject.asked.accounts, *self._subject.identities}
        return not told.isdisjoint(own)

    # ------------------------------------------------------------------ the house

    def _posts(self) -> Iterator[Row]:
        for post in self._all(Post, theirs(self._subject)):
            rows = self._session.exec(
                select(PostVersion, Content)
                .join(Content, col(Content.id) == col(PostVersion.content_id))
                .where(PostVersion.post_id == post.id)
                .order_by(col(PostVersion.number))
            ).all()
            yield {
                "id": post.id,
                "platform": post.platform,
                "realm": post.realm,
                "external_id": post.external_id,
                "published_at": post.published_at,
                "edited_at": post.edited_at,
                "read_at": post.first_seen_at,
                "versions": [
                    {
                        "number": version.number,
                        "seen_at": version.seen_at,
                        "kept_until": content.purge_at,
                        "words": words(self._house, content),
                        "gone": content.gone.value if content.gone else None,
                    }
                    for version, content in rows
                ],
            }

    def _decisions(self) -> list[Row]:
        rows = self._all(
            Decision, or_(col(Decision.actor).in_(self._names), col(Decision.undone_by).in_(self._names))
        )
        return [
            {
                "id": row.id,
                "item": row.item_id,
                "verdict": row.verdict.value,
                "reason": row.reason if row.actor in self._names else None,
                "decided": row.actor in self._names,
                "took_back": row.undone_by in self._names,
                "at": row.at,
                "undone_at": row.undone_at,
            }
            for row in rows
        ]

    def _deliveries(self) -> list[Row]:
        """What was delivered because of their decisions."""
        rows = self._session.exec(
            select(Delivery)
            .join(Decision, col(Decision.id) == col(Delivery.decision_id))
            .where(col(Decision.actor).in_(self._names))
        )
        return [
            {
                "item": row.item_id,
                "destination": row.destination,
                "action": row.action.value,
                "state": row.state.value,
                "decision": row.decision_id,
                "delivered_at": row.delivered_at,
            }
            for row in rows
        ]

    def _tags(self) -> list[Row]:
        rows = self._all(Tag, col(Tag.said_by).in_(self._names))
        return [{"item": row.item_id, "framework": row.framework, "concept": row.concept} for row in rows]

    def _notes(self) -> list[Row]:
        rows = self._all(ItemNote, col(ItemNote.person_id).in_(self._subject.persons))
        return [{"item": row.item_id, "at": row.at, "note": row.body} for row in rows]

    def _curated(self) -> list[Row]:
        """What they wrote of items, the tags they took off, and what they merged and split."""
        edits = self._all(ItemEdit, or_(*(one.in_(self._names) for one in _BY[ItemEdit])))
        refused = self._all(RefusedTag, or_(*(one.in_(self._names) for one in _BY[RefusedTag])))
        moved = self._all(Regrouping, or_(*(one.in_(self._names) for one in _BY[Regrouping])))
        return [
            *(
                {
                    "item": row.item_id,
                    "did": "edited",
                    "at": row.at,
                    "title": row.title if row.actor in self._names else None,
                    "summary": row.summary if row.actor in self._names else None,
                    "undone_at": row.undone_at,
                }
                for row in edits
            ),
            *(
                {"item": row.item_id, "did": "untagged", "at": row.at, "concept": row.concept}
                for row in refused
            ),
            *(
                {"item": row.to_item, "did": row.kind.value, "at": row.at, "undone_at": row.undone_at}
                for row in moved
            ),
        ]

    def _entries(self) -> Iterator[Row]:
        """What the audit log says of them, of their bases and accounts, and of what they did."""
        bases = self._session.exec(select(Basis.id).where(col(Basis.person_id).in_(self._subject.persons)))
        subjects = [*self._names, *(f"basis:{one}" for one in bases)]
        subjects += [f"handle:{one}" for one in self._subject.handles]
        told: list[Any] = [col(Entry.subject).in_(subjects), col(Entry.actor).in_(self._names)]
        told += [col(Entry.detail).contains(str(one)) for one in self._subject.persons]
        for line in AuditLog(self._house.store).lines(where=[or_(*told)]):
            yield {
                "number": line.seq,
                "at": moment(line.at),
                "action": line.action,
                "who": self._who(line.actor),
                "subject": self._who(line.subject),
                "detail": {
                    key: self._who(value) if isinstance(value, str) else value
                    for key, value in json.loads(line.detail).items()
                },
            }

    def _who(self, name: str) -> str:
        return name if name in self._names or not name.startswith("person:") else SOMEBODY
