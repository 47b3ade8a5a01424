"""Findings and events in the reader's words (gleanery.web.telling)."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import entry_points

from gleanery.flow.desk import OWN_REASONS, GoalShown, Reason
from gleanery.flow.items.timeline import Event
from gleanery.web import words
from gleanery.web.audited.actions import BY_ACTION
from gleanery.web.telling import event_told, goal_told, reason_told


def test_every_sentence_of_our_steps_is_there_in_german() -> None:
    ours = [one for one in entry_points(group="gleanery.steps") if one.value.startswith("curation.")]
    sentences = {sentence for one in ours for sentence in one.load().reasons.values()} | set(
        OWN_REASONS.values()
    )
    with words.speaking("de"):
        missing = [sentence for sentence in sentences if words.gettext(sentence) == sentence]
    assert len(sentences) > 25
    assert missing == []


def test_a_finding_is_a_sentence_with_its_parameters_in_the_readers_language() -> None:
    pattern = "Too short: {words} of at least {least} words."
    reason = Reason("substance", "drop", "x", "", (), pattern, {"words": 3, "least": 8})
    assert reason_told(reason) == "Too short: 3 of at least 8 words."
    with words.speaking("de"):
        assert reason_told(reason) == "Zu kurz: 3 von mindestens 8 Wörtern."
    assert reason_told(Reason("x", "ask", "x", "As it was.")) == "As it was."


def test_what_nobody_put_into_words_is_told_by_its_code() -> None:
    def event(action: str, **detail: str) -> Event:
        return Event(1, datetime(2026, 5, 4, tzinfo=UTC), action, "curator", detail=detail)

    assert event_told(event("item.frobnicated")) == "item.frobnicated"
    assert event_told(event("delivery.owed", what="retract")) == "To be removed"
    assert event_told(event("delivery.owed", what="upsert")) == "To be delivered"
    assert goal_told(GoalShown("a", "A", "word: 100 %", "100 %")) == "by the word “100 %”"


def test_the_timeline_of_an_item_has_words_for_every_action_the_audit_log_knows_of_items() -> None:
    told = {action for action in BY_ACTION if action.startswith(("item.", "delivery.", "decision."))}
    with words.speaking("en"):
        codes = {action: event_told(Event(1, datetime.now(UTC), action, "system")) for action in told}
    assert len(told) > 20
    assert [action for action, said in codes.items() if said == action] == []
