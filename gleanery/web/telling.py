"""What is known of an item, in the reader's words: states, findings, goals, and what happened to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gleanery.flow.desk import GoalShown, Reason, filled
from gleanery.flow.items.timeline import Event
from gleanery.web.words import N_, gettext

_STATES = {
    "new": N_("Being screened"),
    "waiting": N_("Waiting"),
    "quarantined": N_("Quarantined"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
    "dropped": N_("Dropped"),
    "retracted": N_("Retracted"),
}
_VERDICTS = {"approve": N_("Approved"), "reject": N_("Rejected"), "retract": N_("Retracted")}
_FOUND = {"keep": N_("fine"), "ask": N_("look"), "drop": N_("drop"), "block": N_("block")}
_KINDS = {
    "video": N_("Video"),
    "audio": N_("Audio"),
    "article": N_("Article"),
    "course": N_("Course"),
    "message": N_("Message"),
    "link": N_("Link"),
}
_ROLES = {
    "founding": N_("first seen"),
    "same": N_("same address"),
    "alike": N_("same words"),
    "reply": N_("reply"),
}
_STANDING = {
    "changed.since_approval": N_("Its words changed since they were approved"),
    "source.gone": N_("Gone at its source"),
    "link.gone": N_("What it leads to is gone"),
    "link.failing": N_("What it leads to has not answered for a while"),
    "link.back": N_("What it leads to is there again"),
    "review.due": N_("To be looked at again"),
    "review.expired": N_("Its time is over"),
}
_MARKS = {
    "private_key": N_("private key"),
    "token": N_("access token"),
    "password": N_("password"),
    "card": N_("payment card"),
    "iban": N_("bank account"),
    "national_id": N_("national number"),
    "confidential": N_("confidential words"),
    "email": N_("e-mail address"),
    "phone": N_("telephone number"),
    "health": N_("health"),
    "address": N_("postal address"),
    "ip": N_("internet address"),
    "name": N_("name of a person"),
    "released": N_("let out by a person"),
    "spam": N_("reads like advertising"),
    "clickbait": N_("promises more than it says"),
    "rude": N_("rude words"),
}
_SCORES = {
    "quality": N_("Quality"),
    "substance": N_("How much it says"),
    "structure": N_("How it is laid out"),
    "reputation": N_("What became of its source's items"),
    "engagement": N_("Reactions and answers, within its source"),
    "freshness": N_("How new it is"),
    "readability": N_("How easily it reads"),
    "link_health": N_("Its address at the last look"),
    "rights": N_("Licence and rights"),
    "sober": N_("Sober in title and tone"),
    "plain": N_("Free of advertising"),
}
_LEVELS = {"easy": N_("easy to read"), "medium": N_("takes some care to read"), "hard": N_("hard to read")}
_EVENTS = {
    "item.made": N_("Came in"),
    "item.waiting": N_("Waits for a curator"),
    "item.quarantined": N_("Quarantined"),
    "item.dropped": N_("Taken out of the queue"),
    "item.reworded": N_("Its words changed"),
    "item.approved": N_("Approved"),
    "item.rejected": N_("Rejected"),
    "item.retracted": N_("Retracted"),
    "decision.undone": N_("Verdict undone"),
    "item.edited": N_("Title or summary edited"),
    "item.edit-undone": N_("Edit undone"),
    "item.noted": N_("Note added"),
    "item.note-removed": N_("Note removed"),
    "item.tagged": N_("Tagged"),
    "item.untagged": N_("Tag removed"),
    "item.revealed": N_("Hidden passages shown"),
    "item.masked": N_("Let out of quarantine, masked"),
    "item.released": N_("Let out of quarantine as it is"),
    "item.merged": N_("Merged with another item"),
    "item.merge-undone": N_("Merge undone"),
    "item.split": N_("A post was split off"),
    "item.split-undone": N_("Split undone"),
    "item.put-off": N_("Put off"),
    "item.taken-up": N_("Taken up again"),
    "item.kept-apart": N_("Said to be different from a look-alike"),
    "item.asked-again": N_("Open again whether a look-alike is the same"),
    "item.term-set": N_("Day to look again or to end set"),
    "item.question-set": N_("Check question set"),
    "item.question-removed": N_("Check question removed"),
    "item.completed": N_("Completed by a learner"),
    "delivery.owed": N_("To be delivered"),
    "delivery.delivered": N_("Delivered"),
    "delivery.retracted": N_("Removed at the destination"),
    "delivery.cancelled": N_("Delivery cancelled before it left"),
    "delivery.kept_back": N_("Kept back: nothing of it may leave the house"),
    "delivery.retried": N_("Delivery asked for again"),
    "delivery.dead": N_("Delivery given up"),
    "delivery.owed-again": N_("To be delivered again"),
    "delivery.difference-accepted": N_("What differs at the destination accepted"),
}
_WHO = {
    "policy:screening": N_("by the rules"),
    "policy:delivery": N_("by the house"),
    "policy:links": N_("by the house, for its link"),
    "policy:review": N_("by the house, for its day"),
    "system": N_("by the house"),
}
_TO_BE_REMOVED = N_("To be removed")
_WHY = {
    "competency": N_("by the competency %(evidence)s"),
    "word": N_("by the word “%(evidence)s”"),
    "rule": N_("by the rule “%(evidence)s”"),
}


def _named(words: Mapping[str, str]) -> Callable[[Any], str]:
    """A filter that says a code in words; the code itself where there are none."""

    def said(code: Any) -> str:
        known = words.get(str(code))
        return gettext(known) if known is not None else str(code)

    return said


def reason_told(reason: Reason) -> str:
    """A step's finding as a sentence."""
    return filled(gettext(reason.pattern), reason.params) if reason.pattern else reason.words


def goal_told(goal: GoalShown) -> str:
    """Why an item serves a goal."""
    why = goal.why.partition(":")[0]
    return gettext(_WHY[why]) % {"evidence": goal.evidence} if why in _WHY else goal.why


def event_told(event: Event) -> str:
    """What happened, in a few words."""
    if event.action == "delivery.owed" and event.detail.get("what") == "retract":
        return gettext(_TO_BE_REMOVED)
    return _named(_EVENTS)(event.action)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "state_told": _named(_STATES),
    "verdict_told": _named(_VERDICTS),
    "found_told": _named(_FOUND),
    "kind_told": _named(_KINDS),
    "role_told": _named(_ROLES),
    "standing_told": lambda code: gettext(_STANDING[code]) if code in _STANDING else "",
    "mark_told": _named(_MARKS),
    "score_told": _named(_SCORES),
    "level_told": _named(_LEVELS),
    "reason_told": reason_told,
    "goal_told": goal_told,
    "event_told": event_told,
    "who_told": _named(_WHO),
}
