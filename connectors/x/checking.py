"""What an administrator should know of a source of X before it is read; nothing here is charged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from connectors._web import encryption
from connectors.x.archive import OwnArchive
from connectors.x.platform import Platform
from connectors.x.refusals import CONSOLE
from connectors.x.settings import XSettings
from gleanery.errors import GleaneryError
from gleanery.ports import Check, Context


def checks(settings: XSettings, ctx: Context, platform: Platform) -> Sequence[Check]:
    """One line for each thing."""
    found: list[Check] = []
    if settings.archive:
        found.append(_archive(settings.archive))
    if settings.is_live:
        found += [
            *encryption(settings.base_url, settings.bearer_token, settings.client_secret),
            *_access(settings, ctx, platform),
            _budget(settings, platform),
            _deletions(settings),
            *_limits(settings),
        ]
    return found


def _archive(path: Path) -> Check:
    try:
        with closing(OwnArchive(path.expanduser())) as archive:
            records = archive.records()
    except GleaneryError as error:
        return Check("archive", False, error.message, error.remedy)
    return Check("archive", True, f"{len(records):,} posts.")


def _access(settings: XSettings, ctx: Context, platform: Platform) -> Iterator[Check]:
    """Whether the tokens are accepted; X tells with the app's what the project has read."""
    if app := platform.app:
        try:
            ctx.tokens.access(app)
            yield Check("sign-in", True, "an account has signed in; posts are read with its eyes.")
        except GleaneryError as error:
            yield Check("sign-in", False, error.message, error.remedy)
    if settings.bearer_token is None:
        return
    try:
        usage = platform.usage()
    except GleaneryError as error:
        yield Check("token", False, error.message, error.remedy)
        return
    yield Check("token", True, "the app's bearer token is accepted.")
    read, cap, days = (usage.get(name) for name in ("project_usage", "project_cap", "cap_reset_day"))
    if read is not None and cap is not None:
        left = int(cap) > int(read)
        text = (
            f"the project has read {int(read):,} of {int(cap):,} posts; the count begins anew on day {days}."
        )
        yield Check("consumption", left, text, "" if left else f"Raise the cap at {CONSOLE}, or wait.")


def _budget(settings: XSettings, platform: Platform) -> Check:
    budget = platform.budget
    posts, money = budget.spent
    limit = f" of ${settings.monthly_usd}" if settings.monthly_usd is not None else ""
    text = (
        f"{posts:,} of {settings.monthly_posts:,} posts and ${money:.2f}{limit} since {budget.began:%Y-%m-%d};"
        f" begins anew on {budget.ends:%Y-%m-%d}."
    )
    try:
        budget.room(10, 10)
    except GleaneryError as error:
        return Check("budget", False, text, error.remedy)
    return Check("budget", True, text)


def _deletions(settings: XSettings) -> Check:
    """How the duty to delete within 24 hours is kept."""
    if settings.runs_jobs:
        return Check("deletions", True, "a compliance job a day finds what is gone; it is free.")
    text = "every kept post is looked up again each day, which is charged like reading it"
    if settings.deletions == "jobs":
        remedy = "Give `bearer_token`, the app's own: only with it X takes compliance jobs, which are free."
        return Check("deletions", False, f"{text}.", remedy)
    return Check("deletions", True, f"{text}, as `deletions` says.")


def _limits(settings: XSettings) -> Iterator[Check]:
    """What is not possible, and why."""
    if settings.queries:
        text = "a search reaches 7 days back, and finds no reposts (X took them out in May 2026)."
        yield Check("searches", True, text)
    if settings.lists:
        yield Check(
            "lists",
            True,
            "X cannot be asked for what is new in a list: each look costs at least its first 10 posts.",
        )
    yield Check(
        "passing on",
        True,
        "only ids and addresses leave the house: X's terms forbid text to others, and frames.",
    )
