"""The tier of our own plugin: an item becomes a URL or a Page of a course, a path a section headed by a Label.

Each bears the item's id as its id number (`gleanery-` and the id), which Moodle keeps beside the activity: by it a
create whose answer was lost is found again, and nothing else is ever changed or deleted. The plugin refuses what is
no http or https address and cleans every text; see plugin/README.md.

A teacher's acts stand, as in the tier of entries. Where a teacher moves, hides or restricts an activity, or sets its
completion, that is left alone: only name, address and text are ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from typing import Any
from uuid import UUID

from gleanery.errors import BadInput
from gleanery.ports import Check, Context, Found, LearningCollection, LearningItem, Placed, Receipt, Stands
from lms_adapters._collections import page_of
from lms_adapters._text import clean, plain, web_address
from lms_adapters.moodle.client import Client, Parameter
from lms_adapters.moodle.form import source_of, title_of
from lms_adapters.moodle.memory import REPLACED, Facts, Memory, check_may_return, digest_of
from lms_adapters.moodle.settings import Settings

UPSERT, DELETE, LIST, SECTION = (
    f"local_gleanery_{verb}" for verb in ("upsert_item", "delete_item", "get_items", "upsert_section")
)
FUNCTIONS = (UPSERT, DELETE, LIST, SECTION)
"""What our plugin adds to the token's service."""

PREFIX = "gleanery-"
REMOTE = "cm:"
"""Before the id of a course module: by it a remote id of this tier is told from an entry's number."""

HIDDEN = "Hidden until a teacher shows it in Moodle."
RENAMED = "Its section was renamed in Moodle and keeps that name."
_MOST = 200
"""Steps of a path, and activities in one answer (placing::MOST of the plugin)."""

_FIELDS = ("name", "address", "text")

Activity = Mapping[str, Any]
"""What the plugin tells: cmid, idnumber, kind, visible, section, timemodified, viewurl, digests of _FIELDS."""


class ActivityTier:
    """Activities of one course, through local_gleanery; every call raises as Client.call."""

    def __init__(self, client: Client, settings: Settings, ctx: Context) -> None:
        self._client, self._settings, self._ctx = client, settings, ctx
        self._course = settings.course or 0

    @cached_property
    def _memory(self) -> Memory:
        return Memory(self._ctx.store, self._settings.url, f"course-{self._course}")

    def checks(self) -> Iterator[Check]:
        """Whether the course can be written to: each capability that is lacking, and the section."""
        told = self._client.call(LIST, courseid=self._course, limit=1)
        yield Check("course", True, f"Course {self._course} can be read.")
        for capability in told["lacking"]:
            message = f"the token's account lacks {capability} in course {self._course}."
            yield Check(f"capability {capability}", False, message, "Give it to the account's role there.")
        section, last = self._settings.section, told["lastsection"]
        if section > last:
            message = f"course {self._course} has no section {section}; the last one is {last}."
            yield Check("section", False, message, "Set `section` to one that is there.")

    def holds(self, thing: UUID) -> bool:
        """Whether an activity bears the id of this item or collection."""
        return bool(self._named(thing))

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Create or update the activity.

        Raises: Gone (a teacher deleted it and the item has not changed since), BadInput (neither an address nor a
        text that may be shown), Conflict (an activity of another kind bears the id number).
        """
        return self._bring(item, remote_id, UPSERT, _content(item))

    def upsert_collection(self, collection: LearningCollection, remote_id: str | None) -> Receipt:
        """Create or update the section. Raises as `upsert`; BadInput for more steps than the plugin takes."""
        if len(collection.steps) > _MOST:
            raise BadInput(
                f"moodle: path {collection.id} has {len(collection.steps)} steps; a section takes {_MOST}.",
                remedy="Make two paths of it.",
            )
        head: dict[str, Parameter] = {
            "name": _name(plain(collection.title) or str(collection.id)),
            "text": page_of(collection, self._settings.language) or "<p></p>",
            "order": [_idnumber(step.item.id) for step in collection.steps],
            "after": [
                {"idnumber": _idnumber(step.item.id), "first": _idnumber(step.after)}
                for step in collection.steps
                if step.after is not None
            ],
        }
        return self._bring(collection, remote_id, SECTION, head)

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Delete every activity that bears the id number; none counts as done.

        The section of a path goes with it once it is empty; its items go back to the section for items.
        """
        answer = self._client.call(
            DELETE, courseid=self._course, idnumber=_idnumber(item_id), section=self._settings.section
        )
        self._memory.keep(item_id, removed=True)
        note = "Removed from Moodle." if answer["deleted"] else "It was no longer in Moodle."
        return Receipt(remote_id or "", None, note)

    def compare(self, placed: Sequence[Placed]) -> Iterator[Found]:
        """How each of these activities stands, and after them those that bear an id of ours and are none of these."""
        found = {f"{REMOTE}{one['cmid']}": one for one in self.all()}
        for one in placed:
            yield self._found(one, found.pop(one.remote_id, None) or _moved(found, one.thing))
        known = {one.thing for one in placed}
        for remote_id, activity in found.items():
            thing = thing_of(activity)
            note = "A second activity of the same item." if thing in known else ""
            yield Found(Stands.STRANGE, remote_id, thing, activity["viewurl"], note)

    def all(self) -> Iterator[Activity]:
        """Every activity of the course that bears an id number of ours, page by page."""
        after = 0
        while True:
            page = self._client.call(LIST, courseid=self._course, after=after, limit=_MOST)["items"]
            yield from page
            if len(page) < _MOST:
                return
            after = page[-1]["cmid"]

    # ------------------------------------------------------------------ one activity

    def _bring(
        self,
        told: LearningItem | LearningCollection,
        remote_id: str | None,
        function: str,
        content: Mapping[str, Parameter],
    ) -> Receipt:
        sent, facts = digest_of(content), self._memory.of(told.id)
        standing = self._named(told.id)
        if standing and facts.get("sent") == sent:
            self._memory.keep(told.id, **{**facts, "revision": told.revision})
            return self._receipt(standing[0], _twins(standing[1:]))
        if not standing and remote_id is not None:
            check_may_return(told, remote_id, facts)
        notes = _overwritten(standing, facts, function)
        made = self._client.call(
            function,
            courseid=self._course,
            idnumber=_idnumber(told.id),
            section=self._settings.section,
            hidden=self._settings.hidden,
            **({"named": facts.get("named", "")} if function == SECTION else {}),
            **content,
        )
        named = hashlib.sha256(str(content["name"]).encode()).hexdigest()
        self._memory.keep(told.id, revision=told.revision, sent=sent, digests=made["digests"], named=named)
        return self._receipt(made, [*notes, *_notes_of(made), *_twins(standing[1:])])

    def _named(self, thing: UUID) -> list[Activity]:
        """The activities that bear the id number, the oldest first."""
        answer = self._client.call(LIST, courseid=self._course, idnumbers=[_idnumber(thing)])
        return list(answer["items"])

    def _receipt(self, activity: Activity, notes: Sequence[str]) -> Receipt:
        hidden = [] if activity["visible"] else [HIDDEN]
        return Receipt(f"{REMOTE}{activity['cmid']}", activity["viewurl"], " ".join([*hidden, *notes]))

    def _found(self, placed: Placed, activity: Activity | None) -> Found:
        if activity is None or thing_of(activity) != placed.thing:
            return Found(Stands.GONE, placed.remote_id, placed.thing)
        remote_id, stands, note = f"{REMOTE}{activity['cmid']}", Stands.AS_LEFT, ""
        if differs := _edited(activity, self._memory.of(placed.thing)):
            stands, note = Stands.EDITED, f"Changed in Moodle since the last delivery: {', '.join(differs)}."
        elif not activity["visible"]:
            stands = Stands.HELD
        return Found(stands, remote_id, placed.thing, activity["viewurl"], note)


def _moved(found: dict[str, Activity], thing: UUID) -> Activity | None:
    """The activity that bears the id under another number, as after a restored backup; it is taken out."""
    number = next((number for number, one in found.items() if thing_of(one) == thing), None)
    return found.pop(number) if number else None


def thing_of(activity: Activity) -> UUID | None:
    """The item or collection whose id number the activity bears."""
    try:
        return UUID(activity["idnumber"].removeprefix(PREFIX))
    except ValueError:
        return None


def _idnumber(thing: UUID) -> str:
    return f"{PREFIX}{thing}"


def _content(item: LearningItem) -> dict[str, Parameter]:
    """What is sent of an item: a Page where there is a text to show, else a URL; its source stands in the text."""
    address, text = web_address(item.url), clean(item.html, may_embed=item.may_embed)
    if not address and not text:
        raise BadInput(
            f"moodle: item {item.id} has neither a web address nor a text that may be shown.",
            remedy="Give it an address on its page, or retract it.",
        )
    source = escape(source_of(item))
    return {
        "kind": "page" if text else "url",
        "name": _name(title_of(item)),
        "url": address or "",
        "text": f"{text}\n<p>{source}</p>".strip() if source else text,
        "embed": item.may_embed,
    }


def _name(title: str) -> str:
    """The title as Moodle's PARAM_TEXT takes it: what may begin a tag would be cut off with all that follows."""
    return title.replace("<", "‹")


def _edited(activity: Activity, facts: Facts) -> list[str]:
    """The fields that somebody changed after our last write, as far as we remember that."""
    left: Mapping[str, str] = facts.get("digests", activity["digests"])
    return [field for field in _FIELDS if activity["digests"][field] != left[field]]


def _overwritten(standing: Sequence[Activity], facts: Facts, function: str) -> list[str]:
    """What is said where a new revision meets a teacher's words: they are replaced, but for the name of a section."""
    edited = _edited(standing[0], facts) if standing else []
    if function == SECTION and "name" in edited:
        edited.remove("name")
        return [RENAMED, *([REPLACED] if edited else [])]
    return [REPLACED] if edited else []


def _notes_of(made: Activity) -> list[str]:
    """What a person should know of how it was written."""
    notes = []
    if made["outcome"] == "replaced":
        notes.append(
            "It was made anew as another kind of activity; what learners completed went with the old one."
        )
    if elsewhere := len(made.get("elsewhere", ())):
        notes.append(
            f"{elsewhere} of its steps stand in another path's section and are linked from this one."
        )
    if opened := len(made.get("open", ())):
        notes.append(f"{opened} of its steps open at once: Moodle tracks no completion of the one before.")
    if missing := len(made.get("missing", ())):
        notes.append(f"{missing} of its steps are no activities of the course and are linked only.")
    return notes


def _twins(activities: Sequence[Activity]) -> list[str]:
    if not activities:
        return []
    numbers = ", ".join(str(activity["cmid"]) for activity in activities)
    return [f"Activities {numbers} bear the same id number: delete them in Moodle."]
