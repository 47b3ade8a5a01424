"""A member's own data export: the posts in Shares.csv of the zip file that LinkedIn makes on request.

https://www.linkedin.com/help/linkedin/answer/a1339364 (Download your account data: the larger archive). Only what
the member shared is read. Comments and reactions stand under other people's posts, messages and connections are
other people's: those files are not opened. The export is the whole truth about the member's shares on its day, so
what a newer one no longer holds is gone.

A share's id is the URN in its link; LinkedIn writes it as share, ugcPost or activity. The three have numbers of
their own, so a post known as an activity here and as a share elsewhere is not seen to be one by its id.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from pydantic import ValidationError

from connectors._archive import Archive
from connectors._files import open_file
from connectors._text import shortened, tidy
from connectors._values import complaint, digest, moment, web_address
from connectors.linkedin.little import hashtags
from connectors.linkedin.posts import PLATFORM, addresses, permalink
from connectors.linkedin.table import Row, rows_of
from gleanery.errors import BadInput
from gleanery.model.posts import MAX_TEXT, Author, PostDraft, PostKind, SharedLink, Vanished
from gleanery.ports import Context, Fault, Page

PAGE = 200
MAX_TABLE = 256 * 1024 * 1024
_SHARES = re.compile(r"shares(_(?P<member>\d+))?\.csv$", re.IGNORECASE)
_URN = re.compile(r"urn:li:(?:share|ugcPost|activity):\d{1,30}")
_IN_SLUG = re.compile(r"-(share|ugcPost|activity)-(\d{10,30})(?:-|/|$)")
_TEMPLATE = re.compile(r"\{hashtag\|\\?[#＃]\|([^}]{0,500})\}")
_PUBLIC = ("", "PUBLIC", "MEMBER_NETWORK")


class Export:
    """The shares of one export. Raises: ConfigError (no such file), BadInput (no such export)."""

    def __init__(self, path: Path, member: str, ctx: Context) -> None:
        self._path, self._member, self._ctx = path, member, ctx

    def look(self) -> tuple[int, int, str]:
        """How many shares are readable, how many are not, and whose they are (the realm)."""
        name, _, text = self._table()
        realm = self._realm(name)
        found = list(self._drafts(text, realm))
        faults = sum(isinstance(one, Fault) for one in found)
        return len(found) - faults, faults, realm

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """The shares of an export that is new since `state`.

        The state holds `mark`, a fingerprint of file and settings, `made`, when it was made, `done`, how many of
        its shares were given, and `whole`.
        """
        mark = self._mark()
        same = state.get("mark") == mark
        if same and state.get("whole"):
            yield Page((), state, complete=True)
            return
        name, made, text = self._table()
        realm = self._realm(name)
        outcomes = list(self._drafts(text, realm))
        now = {"mark": mark, "made": made, "before": state.get("before" if same else "made", "")}
        done = int(state.get("done", 0)) if same else 0
        while len(outcomes) - done > PAGE:
            yield _page(outcomes[done : done + PAGE], {**now, "done": done + PAGE, "whole": False})
            done += PAGE
        gone = self._gone(outcomes, realm) if made >= now["before"] else []
        yield _page(outcomes[done:], {**now, "done": len(outcomes), "whole": True}, gone)

    def _gone(self, outcomes: Sequence[PostDraft | Fault], realm: str) -> list[Vanished]:
        """What this export no longer holds; one with faults, or with no share at all, proves nothing."""
        ids = {one.external_id for one in outcomes if isinstance(one, PostDraft)}
        if not ids or any(isinstance(one, Fault) for one in outcomes):
            return []
        missing = [post for post in self._ctx.known.posts(realm=realm) if post.external_id not in ids]
        return [Vanished(platform=PLATFORM, realm=realm, external_id=post.external_id) for post in missing]

    def _drafts(self, text: str, realm: str) -> Iterator[PostDraft | Fault]:
        """Each share once, the first as it stands; faults by line."""
        seen: set[str] = set()
        for row in rows_of(text, ("Date", "ShareLink", "ShareCommentary"), "Shares.csv"):
            if isinstance(row, Fault):
                yield row
                continue
            try:
                draft = _draft(row, realm)
            except ValueError as error:
                told = complaint(error) if isinstance(error, ValidationError) else str(error)
                yield Fault(row.where, told)
                continue
            if draft.external_id not in seen:
                seen.add(draft.external_id)
                yield draft

    def _table(self) -> tuple[str, str, str]:
        """Name of the file with the shares, when the archive was made, and the file's text."""
        with closing(Archive(self._path)) as archive:
            names = [name for name in archive.members if _SHARES.fullmatch(PurePosixPath(name).name)]
            if not names:
                raise BadInput(
                    f"{self._path.name} holds no Shares.csv.",
                    remedy="Ask LinkedIn for the larger data archive, not for the quick one, and give that zip.",
                )
            name = min(names, key=lambda one: (len(PurePosixPath(one).parts), one))
            made = "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*archive.members[name].date_time)
            raw = archive.read(name, MAX_TABLE)
        try:
            return name, made, raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadInput(
                f"{self._path.name}/{name} is not UTF-8.", remedy="Give the zip as it came."
            ) from error

    def _realm(self, name: str) -> str:
        """The member: by the setting, by the file's name, else nobody in particular."""
        if self._member:
            return self._member if self._member.startswith("urn:li:") else f"urn:li:member:{self._member}"
        found = _SHARES.fullmatch(PurePosixPath(name).name)
        number = found["member"] if found else None
        return f"urn:li:member:{number}" if number else "member"

    def _mark(self) -> str:
        with open_file(self._path) as stream:
            return digest(hashlib.file_digest(stream, "blake2b").digest(), self._member)


def _page(
    outcomes: Sequence[PostDraft | Fault], state: Mapping[str, Any], gone: Sequence[Vanished] = ()
) -> Page:
    posts = [one for one in outcomes if isinstance(one, PostDraft)]
    faults = [one for one in outcomes if isinstance(one, Fault)]
    return Page(posts, state, complete=bool(state["whole"]), gone=gone, faults=faults)


def _draft(row: Row, realm: str) -> PostDraft:
    """Raises: ValueError for a row with no link, or with a time that is none."""
    link = web_address(row.values.get("ShareLink", ""))
    if link is None:
        raise ValueError("it has no link")
    urn = _urn(link)
    written = row.values.get("ShareCommentary", "")
    words = _TEMPLATE.sub(r"#\1", tidy(written))
    date, shared = row.values.get("Date", "").strip(), web_address(row.values.get("SharedUrl", ""))
    links = dict.fromkeys([*addresses(words), *([shared] if shared else [])])
    return PostDraft(
        platform=PLATFORM,
        realm=realm,
        external_id=urn or f"link:{digest(link)}",
        kind=PostKind.MESSAGE,
        url=permalink(urn) if urn else link,
        text=shortened(words, MAX_TEXT),
        author=Author(external_id=realm) if realm.startswith("urn:") else None,
        published_at=moment(date) if date else None,
        links=tuple(SharedLink(url=address) for address in links),
        tags=hashtags(words)[:50],
        internal=row.values.get("Visibility", "").strip().upper() not in _PUBLIC,
        act="shared" if shared else None,
    )


def _urn(link: str) -> str | None:
    """The URN in `…/feed/update/urn%3Ali%3Ashare%3A7…`, or the one that `…/posts/name_words-share-7…-xyz` means."""
    plain = unquote(link)
    if found := _URN.search(plain):
        return found[0]
    slug = _IN_SLUG.search(plain)
    return f"urn:li:{slug[1]}:{slug[2]}" if slug else None
