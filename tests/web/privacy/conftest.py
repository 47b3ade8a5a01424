"""A served house that knows one person in every place where somebody can be known; two officers of privacy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
import requests

from gleanery.flow.house import House, utc_now
from gleanery.flow.inquiries import work
from gleanery.flow.rights import Role
from gleanery.model.runs import RunState
from tests.flow.erasing.planted import Planted, plant
from tests.web.houses import Site, copied, moved_in, served

LOOKS = (work.HELD, work.PLAN, work.EXPORT, work.ERASE, work.LOOK, work.BRING_IN)
"""The kinds of looks, which name their threads."""


@dataclass
class Desk:
    """The pages, the planted person, and the browsers of two officers."""

    site: Site
    planted: Planted

    @property
    def house(self) -> House:
        return self.site.house

    def officer(self, account: str = "officer") -> requests.Session:
        return self.site.browser(account, roles=[Role.PRIVACY_OFFICER])

    def get(self, client: requests.Session, path: str) -> str:
        answer = client.get(self.site.url + path)
        answer.raise_for_status()
        return answer.text

    def post(self, client: requests.Session, path: str, **form: str) -> requests.Response:
        return client.post(self.site.url + path, data=form)

    def find(self, client: requests.Session, text: str = "", **form: str) -> UUID:
        """Open an inquiry; its id."""
        answer = self.post(client, "/privacy/find", text=text, **form)
        assert answer.status_code == 200, answer.text
        key = UUID(answer.url.rpartition("/")[2])
        self.over(key)
        return key

    def find_planted(self, client: requests.Session) -> UUID:
        asked = self.planted.asked
        lines = "\n".join(asked.identities)
        return self.find(client, str(self.planted.person), identities=lines, names=self.planted.name)

    def over(self, subject: UUID) -> None:
        """Wait until no look is under way, and see that none on this failed."""
        for thread in threading.enumerate():
            if thread.name in LOOKS:
                thread.join(30)
        runs = work.latest(self.house, subject).values()
        assert not [run.words for run in runs if run.state is not RunState.DONE]


@pytest.fixture(scope="package")
def planted_once(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    made = plant(tmp_path_factory.mktemp("privacy") / "house", utc_now, people={"erasure_needs_two": True})
    made.house.close()
    return made


@pytest.fixture
def desk(stage: Site, planted_once: Planted, tmp_path: Path) -> Iterator[Desk]:
    """The pages of a copy of that house."""
    with moved_in(stage, copied(planted_once.house.config.folder, tmp_path / "house")) as site:
        yield Desk(site, replace(planted_once, house=site.house))


@pytest.fixture(scope="package")
def shared(planted_once: Planted, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The same for tests that erase nobody."""
    house = copied(planted_once.house.config.folder, tmp_path_factory.mktemp("shared") / "house")
    with served(house) as site:
        yield Desk(site, replace(planted_once, house=house))
    house.close()
