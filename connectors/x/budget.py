"""What reading costs and how much of it is allowed: counted before a request is sent, put right after it.

Prices: https://docs.x.com/x-api/getting-started/pricing (August 2026). Posts and accounts are charged as they are
returned, each once in a day of UTC; X calls that a soft guarantee. Searching for counts, usage and compliance
jobs is free.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

from connectors.x.refusals import AGAIN, LostAnswer
from connectors.x.settings import MONTHLY_CAP, XSettings
from gleanery.errors import BadInput, GleaneryError, QuotaExhausted
from gleanery.ports import Allowance, Context

POST, USER = Decimal("0.005"), Decimal("0.010")
"""US dollars for one."""

POSTS, USERS = "x.posts", "x.users"
"""The buckets of the meter."""

_REMEMBERED = 2_000
"""Ids kept of those charged today, of each kind; what comes beyond is counted whenever it comes."""


_LOST = "lost"


class Bill:
    """What one answer held; told by `charge`."""

    def __init__(self) -> None:
        self.posts: Sequence[str] = ()
        self.users: Sequence[str] = ()

    def charge(self, posts: Sequence[str], users: Sequence[str]) -> None:
        """The ids that X returned."""
        self.posts, self.users = posts, users


class Budget:
    """The source's own limit for a billing month, and X's for everybody."""

    def __init__(self, settings: XSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx

    @property
    def began(self) -> datetime:
        """When the billing month began: 00:00 UTC of its day."""
        now, day = self._ctx.now(), self._settings.billing_day
        month = now if now.day >= day else now.replace(day=1) - timedelta(days=1)
        return month.replace(day=day, hour=0, minute=0, second=0, microsecond=0)

    @property
    def ends(self) -> datetime:
        """When the next billing month begins."""
        return (self.began + timedelta(days=31)).replace(day=self._settings.billing_day)

    @property
    def spent(self) -> tuple[int, Decimal]:
        """Posts and US dollars of this billing month."""
        posts, users = (self._ctx.meter.spent(bucket, self.began) for bucket in (POSTS, USERS))
        return posts.units, posts.money + users.money

    def allowances(self) -> list[Allowance]:
        """What may be read and spent in the billing month, with what was."""
        posts, money = self.spent
        limit = Decimal(min(self._settings.monthly_posts, MONTHLY_CAP))
        told = [Allowance("Posts of this month", Decimal(posts), limit, self.ends, "posts")]
        if self._settings.monthly_usd is not None:
            told.append(Allowance("Spent this month", money, self._settings.monthly_usd, self.ends, "USD"))
        return told

    def room(self, wanted: int, least: int = 1, each: int = 1) -> int:
        """How many posts may be asked for: at most `wanted`. `each`: what a post may come to with its original.

        Raises: QuotaExhausted where not even `least` may.
        """
        posts, money = self.spent
        left = (min(self._settings.monthly_posts, MONTHLY_CAP) - posts) // each
        if self._settings.monthly_usd is not None:
            left = min(left, int((self._settings.monthly_usd - money) / (each * POST + self._user)))
        if left >= least:
            return least if self._ctx.store.get(_LOST) else min(wanted, left)
        raise self._used_up(posts, money)

    def check_money(self, wanted: Decimal) -> None:
        """Whether so many US dollars may be spent. Raises: QuotaExhausted where not."""
        posts, money = self.spent
        limit = self._settings.monthly_usd
        if limit is not None and money + wanted > limit:
            raise self._used_up(posts, money)

    def _used_up(self, posts: int, money: Decimal) -> QuotaExhausted:
        return QuotaExhausted(
            f"x: the budget of this billing month is used up: {posts:,} posts and ${money:.2f} since"
            f" {self.began:%Y-%m-%d}. It begins anew on {self.ends:%Y-%m-%d}.",
            until=min(self._ctx.now() + AGAIN, self.ends),
            remedy="Raise `monthly_posts` or `monthly_usd` to read on now.",
            stops_source=False,
        )

    @contextmanager
    def reserved(self, posts: int, users: int | None = None) -> Iterator[Bill]:
        """Note the most that a request can cost before it is sent, and what it did cost afterwards.

        A request that X refused, or that never left, costs nothing. One whose answer was lost, too large or not
        waited for may have been charged: it stays noted. Until an answer comes again `room` gives the least, so that
        an outage does not use the budget up.
        """
        most = posts * POST + (posts * self._user if users is None else users * USER)
        bill, meter = Bill(), self._ctx.meter
        meter.spend(POSTS, posts, money=most)
        try:
            yield bill
        except (LostAnswer, BadInput):
            self._ctx.store.put(_LOST, True)
            raise
        except GleaneryError:
            meter.spend(POSTS, -posts, money=-most)
            raise
        if self._ctx.store.get(_LOST):
            self._ctx.store.put(_LOST, False)
        new_posts, new_users = self._first_today(bill)
        meter.spend(POSTS, new_posts - posts, money=new_posts * POST - most)
        if new_users:
            meter.spend(USERS, new_users, money=new_users * USER)

    @property
    def _user(self) -> Decimal:
        return USER if self._settings.author_names else Decimal(0)

    def _first_today(self, bill: Bill) -> tuple[int, int]:
        """How many posts and users of a bill were not on an earlier one of this day."""
        today = self._ctx.now().date().isoformat()
        kept = self._ctx.store.get("charged") or {}
        if kept.get("day") != today:
            kept = {"day": today, "posts": [], "users": []}
        posts, users = _without(bill.posts, kept["posts"]), _without(bill.users, kept["users"])
        grown = {
            "day": today,
            "posts": (kept["posts"] + posts)[:_REMEMBERED],
            "users": (kept["users"] + users)[:_REMEMBERED],
        }
        if grown != kept:
            self._ctx.store.put("charged", grown, expires_in=timedelta(days=2))
        return len(posts), len(users)


def _without(ids: Sequence[str], known: Sequence[str]) -> list[str]:
    seen = frozenset(known)
    return [one for one in dict.fromkeys(ids) if one not in seen]
