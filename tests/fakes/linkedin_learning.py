"""LinkedIn Learning's API on loopback: tokens for the app, the catalogue, activity reports.

https://learn.microsoft.com/en-us/linkedin/learning/reference/learningassets
https://learn.microsoft.com/en-us/linkedin/learning/reference/learning-activity-reports-reference
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from connectors.linkedin.api import millis
from gleanery.testing import Asked, Clock, Fake, Reply
from tests.fakes.linkedin import refusal

DAY = 24 * 3_600 * 1_000
ACCOUNT = "urn:li:enterpriseAccount:1"
_PAGING = {"start", "count"}
_CRITERIA = "assetFilteringCriteria."
_CHANGED = {
    "q",
    "expandDepth",
    f"{_CRITERIA}assetTypes[0]",
    f"{_CRITERIA}locales[0].language",
    f"{_CRITERIA}locales[0].country",
    "assetRetrievalCriteria.includeRetired",
}
_ALL = {"q", "assetType", "sourceLocale.language", "sourceLocale.country"}
_REPORT = {
    "q",
    "startedAt",
    "timeOffset.unit",
    "timeOffset.duration",
    "aggregationCriteria.primary",
    "contentSource",
}


@dataclass
class Asset:
    """A course or video of the catalogue."""

    urn: str
    title: str
    words: str
    updated: int
    type: str = "COURSE"
    locale: str = "en_US"
    retired: bool = False

    def record(self) -> dict[str, Any]:
        """As the API gives it."""
        language, country = self.locale.split("_")

        def localised(words: str) -> dict[str, Any]:
            return {"locale": {"country": country, "language": language}, "value": words}

        return {
            "urn": self.urn,
            "type": self.type,
            "title": localised(self.title),
            "contents": [],
            "details": {
                "availability": "RETIRED" if self.retired else "AVAILABLE",
                "availableLocales": [{"country": country, "language": language}],
                "classifications": [
                    {
                        "associatedClassification": {
                            "urn": "urn:li:skill:1",
                            "type": "SKILL",
                            "name": localised("Rigging"),
                        },
                        "path": [],
                    },
                    {"associatedClassification": {"type": "LIBRARY", "name": localised("Business")}},
                ],
                "contributors": [],
                "description": localised(self.words),
                "descriptionIncludingHtml": localised(f"<p>{self.words}</p>"),
                "shortDescription": localised(self.words[:10]),
                "images": {"primary": "https://media.example.org/1.jpg"},
                "publishedAt": self.updated,
                "lastUpdatedAt": self.updated,
                "timeToComplete": {"duration": 3_600, "unit": "SECOND"},
                "urls": {
                    "aiccLaunch": "https://www.linkedin.com/learning/aicc?key=1",
                    "ssoLaunch": "https://www.linkedin.com/checkpoint/enterprise/1",
                    "webLaunch": f"https://www.linkedin.com/learning/{self.urn.rpartition(':')[2]}",
                },
            },
        }


@dataclass(frozen=True)
class Done:
    """Something a learner did: seconds watched, and whether the asset was completed with it."""

    learner: int
    asset: str
    at: int
    seconds: int = 0
    completed: bool = False
    type: str = "COURSE"


class LearningWorld(Fake):
    """A catalogue and what learners did; figures are complete up to `late` before now."""

    CONNECTOR = "linkedin_learning"

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.secret, self.token = secrets.token_hex(16), secrets.token_hex(16)
        self.late = timedelta(hours=12)
        self.mails = False
        self.assets: dict[str, Asset] = {}
        self.done: list[Done] = []
        self._last, self._number = millis(clock()), 100

    # ------------------------------------------------------------------ what a test driver needs

    def settings(self) -> dict[str, Any]:
        """The connector's settings for this world."""
        return {
            "client_id": "learning-app",
            "client_secret": {"env": "LINKEDIN_LEARNING_WORLD_SECRET"},
            "activity": True,
            "first_days": 14,
            "page_size": 10,
            "base_url": self.url,
            "login_url": self.url,
        }

    def set_env(self) -> dict[str, str]:
        """Environment variables that the settings refer to."""
        return {"LINKEDIN_LEARNING_WORLD_SECRET": self.secret}

    def rest(self, clock: Clock) -> Sequence[timedelta]:
        """All is gone through every 30 days; a reading that was under way goes on first."""
        return [timedelta(0), timedelta(days=31), timedelta(days=31)]

    def truth(self) -> dict[str, str]:
        """External id to text."""
        return {one.urn: one.words for one in self.assets.values() if not one.retired}

    def change(self, rng: random.Random) -> None:
        """One random thing that happens."""
        words = f"About part {rng.randrange(10**6)} of the yard"
        if not self.assets or rng.random() < 0.4:
            self.add(words)
            return
        asset = rng.choice(list(self.assets.values()))
        match rng.randrange(4):
            case 0:
                asset.words, asset.updated = words, self._tick()
            case 1:
                asset.retired = True  # unseen: the time of the last change stays
            case 2:
                del self.assets[asset.urn]
            case _:
                self.watch(rng.randrange(3), asset, completed=rng.random() < 0.5)

    # ------------------------------------------------------------------ what happens in it

    def add(self, words: str, **about: Any) -> Asset:
        """A new asset."""
        self._number += 1
        kind = "lyndaVideo" if about.get("type") == "VIDEO" else "lyndaCourse"
        asset = Asset(f"urn:li:{kind}:{self._number}", f"Course {self._number}", words, self._tick(), **about)
        self.assets[asset.urn] = asset
        return asset

    def watch(self, learner: int, asset: Asset, *, seconds: int = 60, completed: bool = False) -> None:
        """A learner watches, now."""
        self.done.append(Done(learner, asset.urn, millis(self.clock()), seconds, completed, asset.type))

    def _tick(self) -> int:
        self._last = max(self._last + 1, millis(self.clock()))
        return self._last

    # ------------------------------------------------------------------ what it answers

    def answer(self, asked: Asked) -> Reply:
        """The answer to one request."""
        if asked.path == "/oauth/v2/accessToken":
            return self._granted(asked)
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return refusal(401, "INVALID_ACCESS_TOKEN")
        if "linkedin-version" in asked.headers:
            return refusal(400, "VERSION_NOT_EXPECTED")
        if asked.path == "/v2/learningAssets":
            return self._catalogue(asked.query)
        if asked.path.startswith("/v2/learningAssets/"):
            asset = self.assets.get(unquote(asked.path.rpartition("/")[2]))
            return Reply(body=asset.record()) if asset else refusal(404, "NOT_FOUND")
        if asked.path == "/v2/learningActivityReports":
            return self._reports(asked.query)
        return refusal(404, "RESOURCE_NOT_FOUND")

    def _granted(self, asked: Asked) -> Reply:
        wanted = {
            "grant_type": "client_credentials",
            "client_id": "learning-app",
            "client_secret": self.secret,
        }
        if asked.method != "POST" or asked.form != wanted:
            return Reply(401, {"error": "invalid_client"})
        return Reply(body={"access_token": self.token, "expires_in": 7_776_000})

    def _catalogue(self, query: Mapping[str, str]) -> Reply:
        changed = query.get("q") == "criteria"
        optional = {f"{_CRITERIA}lastModifiedAfter"} if changed else {"includeRetired", "expandDepth"}
        wanted = (_CHANGED if changed else _ALL) | _PAGING
        if not wanted <= set(query) <= wanted | optional or not 1 <= int(query["count"]) <= 100:
            return refusal(400, "ILLEGAL_ARGUMENT", f"unknown or missing among {sorted(query)}")
        prefix = f"{_CRITERIA}locales[0]." if changed else "sourceLocale."
        locale = f"{query[f'{prefix}language']}_{query[f'{prefix}country']}"
        kind = query[f"{_CRITERIA}assetTypes[0]"] if changed else query["assetType"]
        after = int(query.get(f"{_CRITERIA}lastModifiedAfter", 0))
        retired = changed or query.get("includeRetired") == "true"
        found = [
            one.record()
            for one in self.assets.values()
            if one.locale == locale
            and one.type == kind
            and one.updated > after
            and (retired or not one.retired)
        ]
        return self._page(found, query)

    def _reports(self, query: Mapping[str, str]) -> Reply:
        per_person = query.get("aggregationCriteria.primary") == "INDIVIDUAL"
        wanted = _REPORT | _PAGING | ({"aggregationCriteria.secondary", "assetType"} if per_person else set())
        days = int(query.get("timeOffset.duration", 0))
        if set(query) != wanted or query["timeOffset.unit"] != "DAY":
            return refusal(400, "INVALID_AGGREGATION_CRITERIA", f"unknown or missing among {sorted(query)}")
        if not 1 <= days <= 14:
            return refusal(500, "INTERNAL_ERROR")
        start = int(query["startedAt"])
        return self._page(self._told(start, start + days * DAY, query.get("assetType", "")), query)

    def _told(self, start: int, end: int, kind: str) -> list[dict[str, Any]]:
        latest = millis(self.clock() - self.late)
        groups: dict[tuple[int, str], list[Done]] = {}
        for one in self.done:
            if start <= one.at < min(end, latest) and one.type == kind:
                groups.setdefault((one.learner, one.asset), []).append(one)
        return [self._element(learner, asset, did, latest) for (learner, asset), did in groups.items()]

    def _element(self, learner: int, asset: str, did: Sequence[Done], latest: int) -> dict[str, Any]:
        mail = f"learner{learner}@example.org"
        times = {"firstEngagedAt": min(one.at for one in did), "lastEngagedAt": max(one.at for one in did)}
        total = {"engagementMetricQualifier": "TOTAL", "assetType": "COURSE", **times}
        done = [one.at for one in did if one.completed]
        completions = {
            "engagementType": "COMPLETIONS",
            "engagementValue": len(done),
            **total,
            **({"firstEngagedAt": min(done), "lastEngagedAt": max(done)} if done else {}),
        }
        seconds = sum(one.seconds for one in did)
        return {
            "latestDataAt": latest,
            "learnerDetails": {
                "name": f"learner {learner}",
                "email": mail,
                "uniqueUserId": mail if self.mails else f"HR{learner:04}",
                "entity": {"profileUrn": f"urn:li:enterpriseProfile:({ACCOUNT},{learner})"},
                "enterpriseGroups": ["yard"],
                "customAttributes": {},
            },
            "contentDetails": {
                "name": "Course",
                "contentUrn": asset,
                "contentProviderName": "LinkedIn",
                "locale": {"country": "US", "language": "en"},
            },
            "activities": [
                {"engagementType": "SECONDS_VIEWED", "engagementValue": seconds, **total},
                {"engagementType": "VIEWS", "engagementValue": len(did), **total},
                completions,
            ],
        }

    def _page(self, found: list[dict[str, Any]], query: Mapping[str, str]) -> Reply:
        start, count = int(query["start"]), int(query["count"])
        links = [{"rel": "next", "href": f"?start={start + count}&count={count}", "type": "application/json"}]
        paging = {
            "start": start,
            "count": count,
            "total": len(found),
            "links": links if start + count < len(found) else [],
        }
        return Reply(body={"elements": found[start : start + count], "paging": paging, "metadata": {}})
