"""Mastodon does what every connector must do."""

from __future__ import annotations

from connectors.mastodon import Mastodon
from gleanery.testing import ConnectorContract
from tests.fakes.mastodon import MastodonWorld


class TestMastodon(ConnectorContract):
    connector = Mastodon
    world = MastodonWorld
