"""The adapter `lti`: what is delivered can be chosen by teachers and opened by learners of one LMS.

Delivering touches no network: an item that was delivered may be placed and opened, one that was retracted no more;
the links to it stay in the courses and then say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar, Literal
from uuid import UUID

from gleanery import ports
from gleanery.errors import ConfigError, Gone
from gleanery.ports import (
    Arrival,
    Check,
    Context,
    Course,
    Deed,
    Deployment,
    Endpoint,
    Form,
    LaunchEntry,
    LearningCollection,
    LearningItem,
    Member,
    Placed,
    Receipt,
    Registered,
    Reported,
    Score,
)
from lms_adapters.lti import checks, deep_linking
from lms_adapters.lti.access import Access
from lms_adapters.lti.claims import Launch
from lms_adapters.lti.deployments import Deployments
from lms_adapters.lti.doors import Doors
from lms_adapters.lti.keys import OwnKeys
from lms_adapters.lti.launches import Launches
from lms_adapters.lti.pages import Answer, told_json
from lms_adapters.lti.platform import Platform, platform_of, wants_custom_only
from lms_adapters.lti.registering import Registering
from lms_adapters.lti.results import deeds_of, digest
from lms_adapters.lti.roster import Rosters
from lms_adapters.lti.scores import Scores, scores_to
from lms_adapters.lti.settings import Settings


class Lti:
    """One registration at one LMS (LTI 1.3, Deep Linking 2.0, AGS 2.0, NRPS 2.0)."""

    name: ClassVar[str] = "lti"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = Settings
    batch: ClassVar[bool] = False

    def __init__(self, settings: Any, ctx: Context) -> None:
        self._settings: Settings = settings
        self._ctx = ctx
        self._keys = OwnKeys(ctx)
        self._deployments = Deployments(ctx, frozenset(self._settings.deployments))
        self._launches, self._rosters = Launches(ctx), Rosters(ctx)
        self._access: dict[Platform, Access] = {}

    # ------------------------------------------------------------------ delivering

    def preflight(self) -> Sequence[Check]:
        """Our address, and whether there is a registration; asks nobody, so an LMS that is down holds nothing up."""
        return [checks.own_address(self._ctx, self._settings), checks.of_registration(self._platform())]

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Offer it: no network. Raises: ConfigError without an address of ours."""
        return self._offered(item.id)

    def upsert_collection(self, collection: LearningCollection, remote_id: str | None) -> Receipt:
        """Offer it as one link. Raises as `upsert`."""
        return self._offered(collection.id)

    def _offered(self, thing: UUID) -> Receipt:
        self._require_address()
        return Receipt(str(thing), f"{self._ctx.address}/launch?item={thing}")

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Offer it no more; a link that a teacher placed stays, and says so to whoever opens it."""
        return Receipt(
            remote_id or str(item_id), None, "It cannot be opened any more; links to it stay in the courses."
        )

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """Not offered: items go one by one."""
        raise NotImplementedError("lti is no batch adapter: call upsert for each item")

    # ------------------------------------------------------------------ people come

    def endpoints(self) -> tuple[Endpoint, ...]:
        """The addresses for browsers and for the LMS itself."""
        doors = Doors(self._ctx, self._platform, self._deployments, self._launches, self._arrival)
        return (
            *doors.endpoints(),
            Endpoint("jwks", ("GET",), self._jwks),
            Endpoint("register", ("GET",), self._registering.register),
        )

    def _jwks(self, method: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        return told_json(self._keys.published())

    def _arrival(self, launch: Launch, platform: Platform) -> Arrival:
        """Who came, as the house wants to know it."""
        self._rosters.note(launch)
        return Arrival(
            realm=platform.realm,
            account=launch.sub,
            place=f"{launch.deployment}:{launch.link}" if launch.link else launch.deployment,
            wants=launch.wants,
            picks=deep_linking.picks_of(launch) if launch.is_choice else None,
            is_teacher=launch.is_teacher,
            language=launch.language,
            scores_to=None if launch.is_choice else scores_to(launch, platform),
            frames=platform.origins,
            return_url=launch.return_url,
        )

    def picked(self, picks: Mapping[str, Any], chosen: Sequence[LearningItem | LearningCollection]) -> Form:
        """The signed answer that places what was chosen. Raises: Denied where the LMS takes none of it."""
        platform = self._require_platform()
        return deep_linking.answer(
            picks, chosen, platform, self._keys, self._require_address(), self._custom_only(picks, platform)
        )

    def _custom_only(self, picks: Mapping[str, Any], platform: Platform) -> bool:
        if self._settings.links != "auto":
            return self._settings.links == "custom"
        family = platform.family or str(picks.get("family", ""))
        return wants_custom_only(family)

    def score(self, score: Score) -> None:
        """Bring a score into the gradebook. Raises: as `ports.Seats.score`."""
        Scores(self._ctx, self._access_to(self._require_platform())).send(score)

    def read_back(self, entries: Sequence[Placed], state: Mapping[str, Any]) -> Iterator[Reported]:
        """What teachers wrote into our columns since. Raises as `score`."""
        platform = self._require_platform()
        scores = Scores(self._ctx, self._access_to(platform))
        seen: dict[str, str] = dict(state.get("seen", {}))
        for entry in entries:
            yield from self._read_back_one(entry, scores, platform, seen)

    def _read_back_one(
        self, entry: Placed, scores: Scores, platform: Platform, seen: dict[str, str]
    ) -> Iterator[Reported]:
        for line in scores.lines(str(entry.thing)):
            try:
                deeds, mark = deeds_of(
                    line, scores.results(line), platform.realm, entry.thing, self._ctx.now()
                )
            except Gone as error:
                yield Reported((), {"seen": dict(seen)}, (error.message,))
                continue
            news: Sequence[Deed] = deeds if seen.get(digest(line)) != mark else ()
            seen[digest(line)] = mark
            yield Reported(news, {"seen": dict(seen)})

    # ------------------------------------------------------------------ administration

    def registered(self) -> Registered | None:
        """The registration, None before there is one."""
        platform = self._platform()
        if platform is None:
            return None
        return Registered(
            platform.issuer, platform.client_id, platform.family, self._settings.issuer is not None
        )

    def addresses(self) -> Mapping[str, str]:
        """What is entered in the LMS by hand."""
        address = self._require_address()
        return {
            "login": f"{address}/login",
            "redirect": f"{address}/launch",
            "target": f"{address}/launch",
            "jwks": f"{address}/jwks",
            "choice": f"{address}/launch",
        }

    def invite(self, *, replaces: bool, lives: timedelta) -> str:
        """An address by which one LMS registers itself once. Raises: Conflict, ConfigError."""
        self._require_address()
        return self._registering.invite(replaces=replaces, lives=lives)

    def deployments(self) -> Sequence[Deployment]:
        """The places that launches came from."""
        return self._deployments.all()

    def decide(self, deployment: str, state: Literal["approved", "refused"]) -> None:
        """Approve or refuse one. Raises: Gone."""
        self._deployments.decide(deployment, state)

    def launches(self, language: str) -> Sequence[LaunchEntry]:
        """The latest launches first."""
        return self._launches.all(language)

    def rotate_keys(self) -> int:
        """Publish a new key beside the old; how many are published now."""
        return self._keys.rotate()

    def courses(self) -> Sequence[Course]:
        """The courses whose roster may be read."""
        return self._rosters.courses()

    def roster(self, course: str) -> Sequence[Member]:
        """Who is in a course. Raises: Gone, Denied, Unreachable, ConfigError."""
        return tuple(self._rosters.members(course, self._access_to(self._require_platform())))

    def self_test(self) -> Sequence[Check]:
        """What must hold for launches and scores; asks the LMS where one is registered."""
        told, platform = [*self.preflight()], self._platform()
        if platform is not None and told[0].ok:
            told += checks.with_platform(self._ctx, platform, self._access_to(platform), self.deployments())
        return told

    # ------------------------------------------------------------------ parts

    @cached_property
    def _registering(self) -> Registering:
        return Registering(self._ctx, self._settings, self._platform, self._deployments)

    def _platform(self) -> Platform | None:
        """As it is now: an LMS may register while we run."""
        return platform_of(self._settings, self._ctx.store)

    def _require_platform(self) -> Platform:
        platform = self._platform()
        if platform is None:
            raise ConfigError(
                "lti: no LMS is registered at this destination.",
                remedy="Register it: its page in gleanery shows how.",
            )
        return platform

    def _require_address(self) -> str:
        if not self._ctx.address:
            raise ConfigError(
                "lti: gleanery has no address from outside.", remedy="Set serve.address in the configuration."
            )
        return self._ctx.address

    def _access_to(self, platform: Platform) -> Access:
        return self._access.setdefault(platform, Access(self._ctx, self._keys, platform))
