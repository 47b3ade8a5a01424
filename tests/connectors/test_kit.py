"""What every connector must do, done by ours; Bluesky and Mastodon run it in folders of their own."""

from __future__ import annotations

from typing import ClassVar

from connectors.discourse import Discourse
from connectors.linkedin import LinkedIn
from connectors.linkedin.learning import LinkedInLearning
from connectors.slack import Slack
from connectors.x import X
from connectors.youtube import YouTube
from gleanery.testing import ConnectorContract, Reply
from tests.fakes.discourse import DiscourseWorld
from tests.fakes.linkedin import LinkedInWorld
from tests.fakes.linkedin_learning import LearningWorld
from tests.fakes.slack import SlackWorld
from tests.fakes.x import XWorld
from tests.fakes.youtube import YouTubeWorld


class TestDiscourse(ConnectorContract):
    connector = Discourse
    world = DiscourseWorld


class TestSlack(ConnectorContract):
    connector = Slack
    world = SlackWorld
    refusals: ClassVar = {
        error: Reply(200, {"ok": False, "error": error}) for error in ("invalid_auth", "missing_scope")
    }


class TestYouTube(ConnectorContract):
    connector = YouTube
    world = YouTubeWorld


class TestX(ConnectorContract):
    connector = X
    world = XWorld


class TestLinkedIn(ConnectorContract):
    connector = LinkedIn
    world = LinkedInWorld


class TestLinkedInLearning(ConnectorContract):
    connector = LinkedInLearning
    world = LearningWorld
