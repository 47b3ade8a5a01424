"""Where feeds are: private addresses with a key of their own each.

A key is made from a secret of this destination, the feed's name and the setting `keys`: nothing is stored for it, and
another number closes every former address at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from functools import cached_property
from urllib.parse import urlencode, urlsplit

from gleanery.errors import Unreachable
from gleanery.ports import Context

ENDPOINT, OPML = "feed", "opml"
_SECRET = "feed-key"  # noqa: S105  # the name of one, not the secret
_BYTES = 24


class Addresses:
    """The feeds' addresses; empty where none is configured."""

    def __init__(self, ctx: Context, keys: int, *, offered: bool) -> None:
        self._ctx, self._number = ctx, keys
        self.offered = offered and bool(ctx.address)

    @property
    def home(self) -> str:
        """The house's own page."""
        parts = urlsplit(self._ctx.address)
        return f"{parts.scheme}://{parts.netloc}/" if self.offered else ""

    def of(self, feed: str, form: str, page: int = 1) -> str:
        """The address of a page of a feed in one form; without addresses the file's name."""
        if not self.offered:
            return file_of(feed, form, page)
        query = {"c": feed, "f": form, "key": self.key(feed), **({"page": str(page)} if page > 1 else {})}
        return f"{self._ctx.address}/{ENDPOINT}?{urlencode(query)}"

    def key(self, feed: str) -> str:
        """The key of a feed."""
        return self._made(feed, self._secret)

    def opens(self, feed: str, key: str) -> bool:
        """Whether this is the feed's key; before there are feeds none is, and asking makes nothing."""
        kept = self._ctx.secrets.get(_SECRET)
        return kept is not None and hmac.compare_digest(
            self._made(feed, kept).encode(), key.encode("utf-8", "replace")
        )

    def _made(self, feed: str, secret: bytes) -> str:
        digest = hmac.new(secret, f"{self._number}\n{feed}".encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(digest[:_BYTES]).decode()

    @cached_property
    def _secret(self) -> bytes:
        """The destination's secret, made once by whoever comes first."""
        kept = self._ctx.secrets.get(_SECRET)
        if kept is not None:
            return kept
        if not self._ctx.store.lease("making-the-key", 60):
            kept = self._ctx.secrets.get(_SECRET)
            if kept is None:
                raise Unreachable("feed: its key is being made.", retry_after=60, in_doubt=False)
            return kept
        kept = secrets.token_bytes(32)
        self._ctx.secrets.put(_SECRET, kept)
        return kept


def file_of(feed: str, form: str, page: int = 1) -> str:
    """The name of the file that holds a page of a feed."""
    return f"{feed}{f'-{page}' if page > 1 else ''}.{form}"
