"""The words of the desk of connectors that stand for codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gleanery.flow.failing import Kind, Warned
from gleanery.web.words import N_, day, gettext

STATUS: Mapping[str, tuple[str, str]] = {
    "new": (N_("not read yet"), ""),
    "healthy": (N_("healthy"), "good"),
    "running": (N_("running"), "good"),
    "retrying": (N_("retrying"), "ask"),
    "action_required": (N_("action required"), "bad"),
    "paused": (N_("paused"), ""),
}
"""By status: its words, and how its badge looks. Retrying is not failed."""

ENDS: Mapping[str, str] = {
    "done": N_("done"),
    "retrying": N_("tried again later"),
    "action_required": N_("action required"),
    "cancelled": N_("stopped"),
}
"""How a reading ended."""

SAID: Mapping[str, str] = {
    "added": N_("It is connected. The first reading begins now."),
    "reading": N_("It is being read now."),
    "already": N_("It is already being read; here is how far it is."),
    "paused": N_("It is paused: nothing is read until you resume it."),
    "resumed": N_("It is read again, beginning now."),
    "released": N_("Held posts were let through to the queue."),
    "edited": N_("The settings are saved and count from now on."),
    "signed-in": N_("You are signed in; it is read again."),
    "disconnected": N_("It is disconnected."),
    "removed": N_("It is removed from the configuration."),
    "discarded": N_("The draft is discarded."),
}
"""What a page says after something was done, by the code in its address."""

STEPS: Mapping[str, str] = {
    "settings": N_("Access and settings"),
    "sign-in": N_("Sign in"),
    "choose": N_("Choose"),
    "test": N_("Test"),
    "schedule": N_("Schedule"),
}
"""The steps of the wizard."""

INTERVALS: Sequence[tuple[int, str]] = (
    (15, N_("every 15 minutes")),
    (60, N_("every hour")),
    (360, N_("every 6 hours")),
    (1440, N_("every day")),
)
"""How often a source may be read, besides what somebody enters."""

_WARNINGS: Mapping[Kind, str] = {
    Kind.SIGN_IN_ENDS: N_(
        "The sign-in ends on %(day)s. Sign in again before then, so that nothing is missed."
    ),
    Kind.WILL_PAUSE: N_("It keeps failing and pauses by itself on %(day)s."),
    Kind.ACTION_REQUIRED: N_("Somebody has to act before it can be read again."),
    Kind.PAUSED: N_("It failed for so long that it paused by itself on %(day)s."),
}


def warned(warning: Warned) -> str:
    """A warning in the language spoken now."""
    return gettext(_WARNINGS[warning.kind]) % {"day": day(warning.at) if warning.at else ""}


def said(code: str) -> str:
    """What a page says for a code of its address; nothing for one that is none."""
    return gettext(SAID[code]) if code in SAID else ""


def told(value: Any) -> str:
    """A text of a plugin's in the language spoken now, where it is translated."""
    return gettext(str(value)) if value else ""
