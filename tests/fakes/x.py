"""X on loopback: accounts, posts, edits and deletions, answered in either vocabulary as the contract tells.

The world's posts are kept as X does: every version has an id of its own, a chain of versions is one post. What the
contract does not tell is as facts and recordings show it: seven days of search, charges once a day, problems.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from gleanery.testing import Asked, Clock, Fake, Reply
from tests.fakes.x_bodies import entities_body, invalid, missing, not_shown, problem, user_body
from tests.fakes.x_posts import ANALYST, BEGIN_MS, CURATOR, HANDLES, LEAD, LEARNER, OUTSIDER, Chain, XPosts

__all__ = ["ANALYST", "CURATOR", "LEAD", "LEARNER", "LIST", "OUTSIDER", "QUERY", "Chain", "Job", "XWorld"]

LIST = "84839422"
QUERY = "grease -is:retweet"

_TO_POST = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "total_tweet_count": "total_post_count",
}


@dataclass
class Job:
    """A compliance job."""

    made: datetime
    ids: list[str] | None = None
    uploaded: datetime | None = None
    failed: bool = False


class XWorld(XPosts, Fake):
    """The platform. `vocabulary` is the one it takes; `charged` what it charged for, by kind."""

    CONNECTOR = "x"

    def __init__(self, clock: Clock, vocabulary: str = "tweet") -> None:
        Fake.__init__(self)
        XPosts.__init__(self, clock)
        self.vocabulary = vocabulary
        self.token = secrets.token_hex(20)
        self.protected: set[str] = set()
        self.members = [ANALYST, LEARNER]
        self.jobs: dict[str, Job] = {}
        self.job_takes = timedelta(0)
        self.charged: dict[str, int] = {"posts": 0, "users": 0}
        self._charged_on: set[tuple[str, str, str]] = set()

    # ------------------------------------------------------------------ what a test driver needs

    def settings(self) -> dict[str, Any]:
        """The connector's settings for this world."""
        return {
            "base_url": self.url,
            "bearer_token": {"env": "X_WORLD_TOKEN"},
            "queries": [QUERY],
            "users": ["@curator", LEAD],
            "lists": [LIST],
            "monthly_posts": 3_000_000,
        }

    def set_env(self) -> dict[str, str]:
        """Environment variables that the settings refer to."""
        return {"X_WORLD_TOKEN": self.token}

    def rest(self, clock: Clock) -> Sequence[timedelta]:
        """The times to let pass, reading after each: the end of editing, the daily check, its result."""
        return [timedelta(0), timedelta(minutes=31), timedelta(hours=23), timedelta(hours=1)]

    # ------------------------------------------------------------------ answers

    def answer(self, asked: Asked) -> Reply:
        """The answer to one request, with the headers of its limit."""
        if asked.path.startswith("/storage/"):
            return self._storage(asked)
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return problem(401, "about:blank", "Unauthorized")
        if refusal := self._words_refused(asked):
            return refusal
        reply = self._routed(asked)
        reset = str(int((self.clock() + timedelta(minutes=15)).timestamp()))
        headers = {"x-rate-limit-limit": "450", "x-rate-limit-remaining": "449", "x-rate-limit-reset": reset}
        return Reply(reply.status, reply.body, {**headers, **reply.headers})

    def _routed(self, asked: Asked) -> Reply:
        parts = asked.path.strip("/").split("/")
        match [asked.method, *parts]:
            case ["GET", "2", "tweets", "search", "recent"]:
                return self._search(asked)
            case ["GET", "2", "tweets", "counts", "recent"]:
                return self._refuse_old(asked) or Reply(
                    body={"meta": self._worded({"total_tweet_count": len(self._found(asked))})}
                )
            case ["GET", "2", "users", "by"]:
                return self._users(asked.query["usernames"].lower().split(","))
            case ["GET", "2", "users", user, "tweets"]:
                return self._timeline(asked, user)
            case ["GET", "2", "lists", one, "tweets"]:
                posts = [c for c in self._all() if c.author in self.members]
                return self._page(asked, posts) if one == LIST else self._absent("list", one)
            case ["GET", "2", "tweets"]:
                return self._by_id(asked)
            case ["GET", "2", "usage", "tweets"]:
                usage = {
                    "project_usage": str(self.charged["posts"]),
                    "project_cap": "2000000",
                    "cap_reset_day": 3,
                }
                return Reply(body={"data": usage})
            case ["POST", "2", "compliance", "jobs"]:
                return self._order(asked)
            case ["GET", "2", "compliance", "jobs", job]:
                return (
                    Reply(body={"data": self._job(job)})
                    if job in self.jobs
                    else self._absent("job", job, 404)
                )
        return problem(404, "about:blank", "Not Found")

    def _words_refused(self, asked: Asked) -> Reply | None:
        """The problem X answers a parameter with that it does not know."""
        strange = {
            "tweet": ("post.fields", "_post", "_posts"),
            "post": ("tweet.fields", "_tweet", "_tweets"),
        }[self.vocabulary]
        for name, value in asked.query.items():
            listed = name.endswith(".fields") or name == "expansions"
            if name == strange[0] or (listed and any(word in value for word in strange[1:])):
                message = f"The query parameter [{name}] is not one of [expansions,ids,max_results]"
                return invalid({name: [value]}, message)
        return None

    def _search(self, asked: Asked) -> Reply:
        return self._refuse_old(asked) or self._page(asked, self._found(asked), place="next_token")

    def _found(self, asked: Asked) -> list[Chain]:
        words = [word for word in asked.query["query"].split() if not word.startswith("-")]
        oldest = self.clock() - timedelta(days=7)
        return [
            one
            for one in self._bounded(asked, self._all())
            if not one.is_repost and one.last[1] >= oldest and all(word in one.last[2] for word in words)
        ]

    def _refuse_old(self, asked: Asked) -> Reply | None:
        """Recent search refuses bounds from before its seven days, and two at once."""
        oldest = self.clock() - timedelta(days=7)
        since, start = asked.query.get("since_id"), asked.query.get("start_time")
        if since and start:
            return invalid(
                {"since_id": [since]}, "Invalid use of 'since_id' in conjunction with 'start_time'."
            )
        if since and int(since) < (int(oldest.timestamp() * 1000) - BEGIN_MS) << 22:
            return invalid(
                {"since_id": [since]}, "'since_id' must be a tweet id created after the oldest time."
            )
        if start and datetime.fromisoformat(start) < oldest:
            return invalid({"start_time": [start]}, "'start_time' must be on or after the oldest time.")
        return None

    def _bounded(self, asked: Asked, chains: Sequence[Chain]) -> list[Chain]:
        since = int(asked.query.get("since_id", 0))
        start = asked.query.get("start_time")
        begin = datetime.fromisoformat(start) if start else datetime.min.replace(tzinfo=UTC)
        return [one for one in chains if int(one.last[0]) > since and one.last[1] >= begin]

    def _timeline(self, asked: Asked, user: str) -> Reply:
        if user not in HANDLES:
            return self._absent("user", user)
        if user in self.protected:
            return Reply(body={"errors": [not_shown("user", user, "id")]})
        left_out = asked.query.get("exclude", "").split(",")
        posts = [
            one
            for one in self._all()
            if one.author == user
            and not (one.is_repost and "retweets" in left_out)
            and not ("replies" in left_out and any(r["type"] == "replied_to" for r in one.references))
        ]
        return self._page(asked, self._bounded(asked, posts))

    def _page(self, asked: Asked, chains: Sequence[Chain], place: str = "pagination_token") -> Reply:
        """Newest first, below the id that the token holds."""
        told = asked.query.get(place, "")
        if told and not told.startswith("b26"):
            return invalid({place: [told]}, f"Invalid {place!r}")
        below = int(told[3:]) if told else 1 << 64
        most = int(asked.query.get("max_results", 10))
        left = [one for one in chains if int(one.last[0]) < below]
        shown = left[:most]
        meta: dict[str, Any] = {"result_count": len(shown)}
        if shown:
            meta |= {"newest_id": shown[0].last[0], "oldest_id": shown[-1].last[0]}
        if len(left) > most:
            meta["next_token"] = f"b26{shown[-1].last[0]}"
        return self._posts(asked, [(one, one.last[0]) for one in shown], meta=meta)

    def _by_id(self, asked: Asked) -> Reply:
        found, errors = [], []
        for post in asked.query["ids"].split(","):
            chain = self.chains.get(self.chain_of(post))
            if chain is None:
                errors.append(missing("tweet", post, "ids"))
            elif chain.author in self.protected:
                errors.append(not_shown("tweet", post, "ids"))
            else:
                found.append((chain, post))
        return self._posts(asked, found, errors=errors)

    def _posts(
        self,
        asked: Asked,
        shown: Sequence[tuple[Chain, str]],
        *,
        meta: dict[str, Any] | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
    ) -> Reply:
        body: dict[str, Any] = {"meta": self._worded(meta)} if meta is not None else {}
        if shown:
            body["data"] = [self._record(chain, version, asked) for chain, version in shown]
        if "author_id" in asked.query.get("expansions", "").split(","):
            authors = dict.fromkeys(chain.author for chain, _ in shown)
            body["includes"] = {"users": [user_body(one) for one in authors]}
            self._charge("users", authors)
        if errors:
            body["errors"] = list(errors)
        self._charge("posts", [version for _, version in shown])
        return Reply(body=body)

    def _record(self, chain: Chain, version: str, asked: Asked) -> dict[str, Any]:
        """The fields asked for, and those X always gives."""
        _, at, text = next(one for one in chain.versions if one[0] == version)
        full = {
            "id": version,
            "text": text if len(text) <= 280 else text[:279] + "…",
            "author_id": chain.author,
            "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "edit_history_tweet_ids": [one for one, *_ in chain.versions],
            "lang": "en",
            "entities": entities_body(text, chain.links),
            **(
                {"note_tweet": {"text": text, "entities": entities_body(text, chain.links)}}
                if len(text) > 280
                else {}
            ),
            **({"referenced_tweets": chain.references} if chain.references else {}),
        }
        fields = asked.query.get("tweet.fields", asked.query.get("post.fields", "")).split(",")
        wanted = {
            "id",
            "text",
            "edit_history_tweet_ids",
            *fields,
            *(old for old, new in _TO_POST.items() if new in fields),
        }
        return self._worded({name: value for name, value in full.items() if name in wanted})

    def _worded(self, record: dict[str, Any]) -> dict[str, Any]:
        if self.vocabulary == "tweet":
            return record
        return {_TO_POST.get(name, name): value for name, value in record.items()}

    def _users(self, handles: Sequence[str]) -> Reply:
        ids = {name: one for one, name in HANDLES.items()}
        found = [user_body(ids[name]) for name in handles if name in ids]
        self._charge("users", [one["id"] for one in found])
        errors = [missing("user", name, "usernames") for name in handles if name not in ids]
        return Reply(body={**({"data": found} if found else {}), **({"errors": errors} if errors else {})})

    def _absent(self, kind: str, value: str, status: int = 200) -> Reply:
        return Reply(
            status,
            {
                "errors": [missing(kind, value, "id")],
                **({} if status == 200 else missing(kind, value, "id")),
            },
        )

    def _all(self) -> list[Chain]:
        """What is shown to everybody, newest first."""
        shown = (one for one in self.chains.values() if one.author not in self.protected)
        return sorted(shown, key=lambda one: -int(one.last[0]))

    def _charge(self, kind: str, ids: Sequence[str] | Mapping[str, Any]) -> None:
        for one in ids:
            on = (kind, one, self.clock().date().isoformat())
            self.charged[kind] += on not in self._charged_on
            self._charged_on.add(on)

    # ------------------------------------------------------------------ compliance

    def _order(self, asked: Asked) -> Reply:
        if asked.json["type"] != "tweets":
            return invalid({"type": [asked.json["type"]]}, "type is not one of [tweets,users]")
        if any(self._job(one)["status"] in ("created", "in_progress") for one in self.jobs):
            return problem(409, "conflict", "You already have a job running")
        number = str(len(self.jobs) + 1)
        self.jobs[number] = Job(self.clock())
        return Reply(body={"data": self._job(number)})

    def _job(self, number: str) -> dict[str, Any]:
        job = self.jobs[number]
        expires = job.made + timedelta(minutes=15)
        if job.failed:
            status = "failed"
        elif job.uploaded is None:
            status = "created" if self.clock() <= expires else "expired"
        else:
            status = "complete" if self.clock() >= job.uploaded + self.job_takes else "in_progress"
        return {
            "id": number,
            "type": "tweets",
            "name": "gleanery",
            "status": status,
            "created_at": job.made.isoformat(),
            "upload_url": f"{self.url}/storage/{number}?signature=up",
            "upload_expires_at": expires.isoformat(),
            "download_url": f"{self.url}/storage/{number}?signature=down",
            "download_expires_at": (job.made + timedelta(days=7)).isoformat(),
        }

    def _storage(self, asked: Asked) -> Reply:
        job = self.jobs[asked.path.rpartition("/")[2]]
        if asked.method == "PUT" and asked.headers.get("content-type") == "text/plain":
            job.ids, job.uploaded = asked.body.decode().split(), self.clock()
            return Reply()
        lines = []
        for post in job.ids or ():
            chain = self.chains.get(self.chain_of(post))
            hidden = chain is not None and chain.author in self.protected
            if reason := "protected" if hidden else self.lost.get(post):
                lines.append(
                    {"id": post, "action": "delete", "created_at": "", "redacted_at": "", "reason": reason}
                )
        return Reply(body="\n".join(map(json.dumps, lines)).encode())
