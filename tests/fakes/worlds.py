"""Every platform's world that there is, by the name of its connector."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gleanery.testing import Clock
from tests.fakes.bluesky import BlueskyWorld
from tests.fakes.discourse import DiscourseWorld
from tests.fakes.linkedin import LinkedInWorld
from tests.fakes.linkedin_learning import LearningWorld
from tests.fakes.mastodon import MastodonWorld
from tests.fakes.slack import SlackWorld
from tests.fakes.x import XWorld
from tests.fakes.youtube import YouTubeWorld

WORLDS: Mapping[str, Callable[[Clock], Any]] = {
    "bluesky": BlueskyWorld,
    "discourse": DiscourseWorld,
    "linkedin": LinkedInWorld,
    "linkedin_learning": LearningWorld,
    "mastodon": MastodonWorld,
    "slack": SlackWorld,
    "x": XWorld,
    "youtube": YouTubeWorld,
}
