"""Which tier a destination uses: activities through our plugin, or entries of a Database activity."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from gleanery.ports import Check
from lms_adapters.moodle import tier_activities
from lms_adapters.moodle.activity import functions_needed
from lms_adapters.moodle.settings import Settings

Tier = Literal["entries", "activities"]
_HOW_TO_ADD = "Add it: Site administration > Server > Web services > External services > Functions."
_PLUGIN = (
    "Install the plugin that `gleanery destinations moodle-plugin` writes, and make the token for its service; "
    "or set `tier: entries`."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The tier for what is new, and why it is that one."""

    tier: Tier
    why: str


def choose(settings: Settings, held: Collection[str]) -> Choice:
    """The tier, by the settings and by the functions that the token's service holds."""
    if settings.tier != "auto":
        return Choice(settings.tier, f"`tier: {settings.tier}` is set")
    if settings.course is None:
        return Choice("entries", "no `course` is set for activities")
    lacking = [function for function in tier_activities.FUNCTIONS if function not in held]
    if not lacking:
        return Choice("activities", "the token's service holds the functions of our plugin")
    if len(lacking) == len(tier_activities.FUNCTIONS):
        return Choice("entries", "the token's service holds no function of our plugin local_gleanery")
    return Choice("entries", f"the token's service lacks {', '.join(lacking)} of our plugin")


def tier_check(choice: Choice, settings: Settings) -> Check:
    """The line that says which tier and why; it fails where there is no place for that one."""
    if choice.tier == "entries" and not settings.has_database:
        message = f"{choice.why}, and no Database activity is set for entries."
        return Check("tier", False, message, f"{_PLUGIN} Or set `name` or `database` for entries.")
    what = "entries of a Database activity"
    if choice.tier == "activities":
        seen = "hidden until a teacher shows them" if settings.hidden else "seen by learners at once"
        what = f"activities of the course, {seen}"
    return Check("tier", True, f"Items become {what}: {choice.why}.")


def function_checks(choice: Choice, settings: Settings, held: Collection[str]) -> Iterator[Check]:
    """A failing line for each function that the tier needs and the token's service lacks."""
    by_plugin = choice.tier == "activities"
    remedy = _PLUGIN if by_plugin else _HOW_TO_ADD
    for function in tier_activities.FUNCTIONS if by_plugin else functions_needed(settings):
        if function not in held:
            message = f"the token's service does not hold {function}."
            yield Check(f"function {function}", False, message, remedy)
