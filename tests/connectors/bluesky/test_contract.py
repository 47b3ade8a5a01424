"""Bluesky does what every connector must do; its posts cannot be edited."""

from __future__ import annotations

from connectors.bluesky import Bluesky
from gleanery.testing import ConnectorContract
from tests.fakes.bluesky import BlueskyWorld


class TestBluesky(ConnectorContract):
    connector = Bluesky
    world = BlueskyWorld
    edits = False
