"""Where bookmarklets lead: shows the form (GET), takes a share in (POST).

Who shares is in the bookmarklet's signed token and in nothing else: no cookie, no session, so another site can
neither read the form nor send it in somebody's name. The form carries a ticket of its own, good for one share.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connectors._values import digest, web_address
from connectors.share.page import HEADERS, MAX_TITLE, MAX_WHY, form, message
from connectors.share.signing import Signer
from gleanery.ports import Context

MAX_BODY = 32 * 1024
_TICKET_LASTS = timedelta(hours=1)
_DAY = timedelta(days=1)

Answer = tuple[int, Mapping[str, str], bytes]


class Desk:
    """Knows which bookmarklets still work, and how much each person may still share today."""

    def __init__(self, ctx: Context, signer: Signer, valid: timedelta, per_day: int) -> None:
        self._ctx, self._signer, self._valid, self._per_day = ctx, signer, valid, per_day

    def token(self, account: str) -> str:
        """A token for somebody's bookmarklet."""
        return self._signer.signed("bookmarklet", account, self._ctx.now().isoformat())

    def revoke(self, account: str) -> None:
        """End every token that this account has by now."""
        self._ctx.store.put(_key("revoked", account), self._ctx.now().isoformat())

    def answer(self, method: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The page for one request (ports.Endpoint)."""
        if method != "POST":
            return self._shown(_fields(query))
        kind = {name.lower(): value for name, value in headers.items()}.get("content-type", "")
        if len(body) > MAX_BODY:
            return _told(413, "Too long", "That is more than can be shared at once.")
        if kind.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            return _told(415, "Not a form", "Use the form of the bookmarklet.")
        return self._taken(_fields(body.decode("utf-8", "replace")))

    def _shown(self, given: Mapping[str, str]) -> Answer:
        found = self._signer.parts("bookmarklet", given.get("t", ""))
        if found is None or not self._works(*found):
            return _told(403, "This bookmarklet does not work any more", "Ask for a new one.")
        now = self._ctx.now().isoformat()
        ticket = self._signer.signed("ticket", *found, now, secrets.token_urlsafe(16))
        return 200, HEADERS, form(ticket, found[0], *(given.get(name, "") for name in ("u", "n", "w")))

    def _taken(self, given: Mapping[str, str]) -> Answer:
        found = self._signer.parts("ticket", given.get("ticket", ""))
        if found is None or not self._works(*found[:2]):
            return _told(403, "This bookmarklet does not work any more", "Ask for a new one.")
        account, _, made, once = found
        if self._ctx.now() - datetime.fromisoformat(made) > _TICKET_LASTS:
            return _told(403, "This form is too old", "Go back to the page and use the bookmarklet again.")
        url = shareable(given.get("url", ""))
        if url is None:
            return _told(
                400, "That is no page", "Its address must begin with https:// or http://, without a password."
            )
        title, why = " ".join(given.get("title", "").split()), given.get("why", "").strip()
        if len(title) > MAX_TITLE or len(why) > MAX_WHY:
            return _told(400, "Too long", f"At most {MAX_TITLE} characters of title and {MAX_WHY} of reason.")
        return self._kept(once, {"account": account, "url": url, "title": title, "why": why})

    def _kept(self, once: str, share: Mapping[str, Any]) -> Answer:
        """Into the inbox, where the worker finds it; the same ticket again changes nothing."""
        key = _key("shared", share["account"])
        today, count = self._ctx.now().date().isoformat(), self._ctx.store.get(key) or {}
        done = count.get(today, 0)
        if done >= self._per_day:
            words = f"You have shared {self._per_day} pages today. Tomorrow there is room again."
            return _told(429, "Enough for today", words, {"retry-after": "86400"})
        if not self._ctx.inbox.put(once, share):
            return _told(200, "Shared already", "This form was sent before; the page is in the queue.")
        self._ctx.store.put(key, {today: done + 1}, expires_in=2 * _DAY)
        return _told(200, "Thank you", "The page is on its way to the curators.")

    def _works(self, account: str, issued: str) -> bool:
        """Whether a token of that account and time has neither run out nor been revoked."""
        since = datetime.fromisoformat(issued)
        revoked = self._ctx.store.get(_key("revoked", account))
        if revoked is not None and since <= datetime.fromisoformat(revoked):
            return False
        return self._ctx.now() - since <= self._valid


def shareable(value: str) -> str | None:
    """The address of a page that may be shared, None for anything else; one with a password never is."""
    address = web_address(value)
    return address if address and "@" not in urlsplit(address).netloc else None


def _fields(text: str) -> dict[str, str]:
    """The last value of each field; none where there are too many."""
    try:
        found = parse_qs(text, keep_blank_values=True, max_num_fields=20, errors="replace")
    except ValueError:
        return {}
    return {name: values[-1] for name, values in found.items()}


def _key(what: str, account: str) -> str:
    return f"{what}:{digest(account)}"


def _told(status: int, title: str, words: str, more: Mapping[str, str] | None = None) -> Answer:
    return status, {**HEADERS, **(more or {})}, message(title, words)
