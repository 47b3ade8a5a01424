"""Approved items as feeds: RSS 2.0, Atom 1.0 and JSON Feed 1.1 of all and of each collection, listed in OPML 2.0."""

from lms_adapters.feed.adapter import Feed
from lms_adapters.feed.settings import Settings

__all__ = ["Feed", "Settings"]
