"""A house whose address is known, and a Slack to connect to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from gleanery.flow.rights import Role
from gleanery.flow.settings import change_settings
from tests.clocks import RealClock
from tests.fakes.slack import SlackWorld
from tests.house import make_house
from tests.web.houses import Site, moved_in

ADMINISTRATOR = (Role.ADMINISTRATOR,)


@pytest.fixture
def site(stage: Site, tmp_path: Path) -> Iterator[Site]:
    """The pages of an empty house; its address stands in its configuration."""
    with moved_in(stage, make_house(tmp_path)) as made:
        change_settings(made.house, "curator", lambda document: document.update(serve={"address": made.url}))
        yield made


@pytest.fixture
def world(site: Site) -> Iterator[SlackWorld]:
    """A Slack with something in its channels."""
    with SlackWorld(RealClock()) as made:
        made.post("Read https://learning.example.org/ladders before Monday")
        yield made


@pytest.fixture
def browser(site: Site) -> requests.Session:
    """An administrator's browser."""
    return site.browser("administrator", ADMINISTRATOR)
