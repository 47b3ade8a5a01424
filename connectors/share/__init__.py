"""What people hand in themselves: pages of closed networks, such as Facebook groups, that no program may read.

A bookmarklet of one's own opens a form in the browser (`page`); or a mail is forwarded, and the mail server puts it
into a folder as an .eml file. Either way the page comes to the curators with who shared it and why: the post is
internal, of platform `share`, and yields the page it links to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ValidationError

from connectors import _cards
from connectors._files import matching, open_file
from connectors._text import shortened
from connectors._values import complaint, digest
from connectors.share.desk import Desk
from connectors.share.mail import MAX_MAIL, BadMail, Mail, is_allowed, read_mail
from connectors.share.settings import ShareSettings
from connectors.share.signing import Signer
from gleanery import ports
from gleanery.errors import ConfigError, GleaneryError
from gleanery.model.posts import MAX_TEXT, Author, PostDraft, PostKind, SharedLink
from gleanery.ports import API_VERSION, Check, ConnectorCard, Context, Endpoint, Fault, Page, Policy, Received

PAGE = 100
"""Files read in one page."""

_BOOKMARKLET = (
    "javascript:void(window.open('{page}?t={token}&u='+encodeURIComponent(location.href)"
    "+'&n='+encodeURIComponent(document.title.slice(0,300))"
    "+'&w='+encodeURIComponent(String(getSelection()).slice(0,1000))))"
)


class Share:
    """Takes shares from bookmarklets and reads a folder of mail, one partition."""

    name: ClassVar[str] = "share"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[ports.Settings]] = ShareSettings
    about: ClassVar[ConnectorCard] = _cards.SHARE

    def __init__(self, settings: ShareSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        self.policy = Policy(
            may_store_text=True,
            may_score=True,
            may_learn=settings.learn_from,
            may_pass_text_on=settings.words_may_leave,
        )

    def check(self) -> Sequence[Check]:
        """Whether bookmarklets lead somewhere, and whether the folder can be read and whose mail is believed."""
        lines = []
        if self._settings.secret is not None:
            reached = bool(self._ctx.address)
            text = (
                f"bookmarklets lead to {self._ctx.address}/page." if reached else "nobody can reach the page."
            )
            lines.append(Check("page", reached, text, "" if reached else "Set `serve.address`."))
        if self._settings.folder is not None:
            try:
                lines.append(Check("folder", True, f"{len(self._files())} mails are in it."))
            except GleaneryError as error:
                lines.append(Check("folder", False, error.message, error.remedy))
            believed = "who a mail is from is believed as it stands: let your mail server refuse forged ones."
            server = self._settings.verified_by
            lines.append(
                Check("senders", True, f"{server} must have found a mail genuine." if server else believed)
            )
        return lines

    def partitions(self) -> Sequence[str]:
        """`mail` where there is a folder of it; what bookmarklets bring comes through `receive`."""
        return ["mail"] if self._settings.folder is not None else []

    # ------------------------------------------------------------------ bookmarklets

    def bookmarklet(self, account: str) -> str:
        """A bookmark for one person's browser, to be given to nobody else.

        Raises: ConfigError where there is no secret, or no address at which the page is reached.
        """
        if not self._ctx.address:
            text = "share: it is not known at which address browsers reach this house."
            raise ConfigError(text, remedy="Set `serve.address`.")
        return _BOOKMARKLET.format(page=f"{self._ctx.address}/page", token=self._desk().token(account))

    def revoke(self, account: str) -> None:
        """End every bookmarklet that an account has by now."""
        self._desk().revoke(account)

    def endpoints(self) -> Sequence[Endpoint]:
        """The page, where there is a secret to sign with."""
        if self._settings.secret is None:
            return []
        return [Endpoint("page", ("GET", "POST"), self._desk().answer)]

    def _desk(self) -> Desk:
        settings = self._settings
        if settings.secret is None:
            text = "share: there is no secret to sign bookmarklets with."
            raise ConfigError(text, remedy="Set `secret`, for instance to what `openssl rand -hex 32` gives.")
        signer = Signer(settings.secret.get_secret_value(), settings.realm)
        return Desk(self._ctx, signer, timedelta(days=settings.valid_days), settings.per_day)

    def receive(self, events: Sequence[Received]) -> Page:
        """The shares as posts. The same page shared again by one person is one post, with the newest reason."""
        posts, faults = [], []
        for event in events:
            try:
                posts.append(self._shared(event))
            except (ValidationError, KeyError) as error:
                words = complaint(error) if isinstance(error, ValidationError) else f"lacks {error}"
                faults.append(Fault(f"share {event.id}", words))
        return Page(posts, {}, complete=True, faults=faults)

    def _shared(self, event: Received) -> PostDraft:
        body = event.body
        link = SharedLink(url=body["url"], title=body["title"])
        return PostDraft(
            platform=self.name,
            realm=self._settings.realm,
            external_id=f"page:{digest(body['account'], body['url'])}",
            kind=PostKind.LINK,
            text=body["why"],
            author=Author(external_id=body["account"]),
            published_at=event.at,
            links=(link,),
            internal=True,
            act="shared",
        )

    # ------------------------------------------------------------------ mail

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """The mails that came since `state`, by the names of their files.

        The state holds size and time of each file in the folder. One that is taken away stays shared.
        """
        paths = self._files()
        marks = {path.name: _mark(path) for path in paths}
        done: dict[str, str] = {name: mark for name, mark in state.get("files", {}).items() if name in marks}
        fresh = [path for path in paths if marks.get(path.name) != done.get(path.name)]
        while True:
            part, fresh = fresh[:PAGE], fresh[PAGE:]
            posts, faults = self._read(part)
            done = {**done, **{path.name: marks[path.name] for path in part}}
            yield Page(posts, {"files": done}, complete=not fresh, faults=faults)
            if not fresh:
                return

    def _read(self, paths: Sequence[Path]) -> tuple[list[PostDraft], list[Fault]]:
        posts, faults = [], []
        for path in paths:
            try:
                with open_file(path) as file:
                    mail = read_mail(file.read(MAX_MAIL + 1), self._settings.verified_by)
                if not is_allowed(mail.sender, self._settings.senders):
                    raise BadMail("is from nobody named in `senders`")
                posts.append(self._mailed(mail))
            except ValidationError as error:
                faults.append(Fault(path.name, complaint(error)))
            except (BadMail, GleaneryError) as error:
                faults.append(Fault(path.name, str(error)))
        return posts, faults

    def _mailed(self, mail: Mail) -> PostDraft:
        first, *others = mail.links
        return PostDraft(
            platform=self.name,
            realm=self._settings.realm,
            external_id=f"mail:{digest(mail.sender, mail.id)}",
            kind=PostKind.LINK,
            text=shortened(mail.why, MAX_TEXT),
            author=Author(external_id=mail.sender, name=mail.name),
            published_at=mail.sent,
            links=(SharedLink(url=first, title=mail.subject), *(SharedLink(url=one) for one in others)),
            internal=True,
            act="shared",
        )

    def _files(self) -> Sequence[Path]:
        folder = self._settings.folder
        if folder is None or not folder.expanduser().is_dir():
            text = f"share: {folder} is no folder."
            raise ConfigError(text, remedy="Make it, or correct `folder`.")
        return matching(folder, (".eml",))


def _mark(path: Path) -> str:
    """Size and time of a file, which tell that it changed; "" where it was just taken away."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}"
