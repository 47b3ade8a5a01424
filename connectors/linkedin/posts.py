"""One post of the Posts API into a draft.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
Both kinds of URN are ids as they are: `urn:li:share:…` and `urn:li:ugcPost:…`. The members who wrote or changed a
page's post (`createdActor`, `lastModifiedActor`) are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors._text import shortened, tidy
from connectors._values import web_address
from connectors.linkedin.api import Record, inner, millis, time_of
from connectors.linkedin.little import hashtags, plain_words
from gleanery.model.posts import MAX_TEXT, Author, PostDraft, PostKind, SharedLink, Vanished

PLATFORM = "linkedin"
_POST = re.compile(r"urn:li:(share|ugcPost|activity):\d{1,30}$")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_KINDS = {"urn:li:video": PostKind.VIDEO, "urn:li:document": PostKind.ARTICLE}
_MAX_LINKS = 100


def read_post(record: Record, author: str) -> PostDraft | Vanished | None:
    """The post, or that it is no longer published, or None for an advertisement.

    Raises: ValueError (pydantic.ValidationError is one) if the record is broken.
    """
    urn = post_urn(record)
    if inner(record, "adContext").get("isDsc") is True:
        return None
    if record.get("lifecycleState", "PUBLISHED") != "PUBLISHED":
        return Vanished(platform=PLATFORM, realm=author, external_id=urn)
    return _draft(record, urn, author)


def post_urn(record: Record) -> str:
    """The post's id. Raises: ValueError if there is none."""
    urn = record.get("id")
    if not isinstance(urn, str) or not _POST.match(urn):
        raise ValueError("it has no URN of a share or a ugcPost")
    return urn


def last_change(record: Record) -> int | None:
    """Milliseconds since 1970 at which the post changed last; None where it does not tell."""
    times = (time_of(record.get(key)) for key in ("lastModifiedAt", "publishedAt", "createdAt"))
    return next((millis(at) for at in times if at is not None), None)


def permalink(urn: str) -> str:
    """Where a post is seen."""
    return f"https://www.linkedin.com/feed/update/{urn}"


def addresses(text: str) -> Iterator[str]:
    """The web addresses in plain words, in their order, without the punctuation that follows them."""
    for found in _ADDRESS.findall(text):
        address = web_address(_without_end(found))
        if address:
            yield address


def _without_end(address: str) -> str:
    """Without a sentence's last marks; a closing bracket stays where one was opened."""
    address = address.rstrip(".,;:!?'’”…")
    return address[:-1] if address.endswith(")") and "(" not in address else address


def _draft(record: Record, urn: str, author: str) -> PostDraft:
    commentary = record.get("commentary")
    said = commentary if isinstance(commentary, str) else ""
    content = inner(record, "content")
    words = plain_words(said)
    reshared = inner(record, "reshareContext").get("parent")
    return PostDraft(
        platform=PLATFORM,
        realm=author,
        external_id=urn,
        kind=_KINDS.get(_media_type(content), PostKind.MESSAGE),
        url=permalink(urn),
        title=shortened(_title(content), 2_000),
        text=shortened(tidy("\n".join([words, *_poll_lines(content)])), MAX_TEXT),
        author=Author(external_id=author),
        published_at=time_of(record.get("publishedAt")) or time_of(record.get("createdAt")),
        edited_at=time_of(record.get("lastModifiedAt")) if _is_edited(record) else None,
        links=_links(words, content, reshared),
        tags=hashtags(said)[:50],
        act="shared" if isinstance(reshared, str) else None,
    )


def _is_edited(record: Record) -> bool:
    return inner(record, "lifecycleStateInfo").get("isEditedByAuthor") is True


def _media_type(content: Record) -> str:
    return str(inner(content, "media").get("id") or "").rpartition(":")[0]


def _title(content: Record) -> str:
    """What the post's own thing is called: a video, a document, the question of a poll."""
    title = inner(content, "media").get("title") or inner(content, "poll").get("question")
    return " ".join(title.split()) if isinstance(title, str) else ""


def _poll_lines(content: Record) -> Iterator[str]:
    poll = inner(content, "poll")
    options = poll.get("options")
    texts = (
        [option.get("text") for option in options if isinstance(option, dict)]
        if isinstance(options, list)
        else []
    )
    if isinstance(poll.get("question"), str):
        yield f"\n{poll['question']}"
    yield from (f"- {text}" for text in texts if isinstance(text, str) and text)


def _links(words: str, content: Record, reshared: object) -> tuple[SharedLink, ...]:
    """Addresses in the words, then the linked article, a carousel's pages, and what is shared from LinkedIn."""
    found = {address: SharedLink(url=address) for address in addresses(words)}
    for link in (*_articles(content), *_cards(content)):
        found[link.url] = link
    for urn in (reshared, inner(content, "reference").get("id")):
        if isinstance(urn, str) and _POST.match(urn):
            found.setdefault(permalink(urn), SharedLink(url=permalink(urn)))
    return tuple(found.values())[:_MAX_LINKS]


def _articles(content: Record) -> Iterator[SharedLink]:
    article = inner(content, "article")
    address = web_address(article.get("source"))
    if address:
        title, summary = (str(article.get(key) or "") for key in ("title", "description"))
        yield SharedLink(url=address, title=shortened(title, 2_000), summary=shortened(summary, 20_000))


def _cards(content: Record) -> Iterator[SharedLink]:
    cards = inner(content, "carousel").get("cards")
    for card in cards if isinstance(cards, list) else ():
        if isinstance(card, dict) and (address := web_address(card.get("landingPage"))):
            title = str(inner(card, "media").get("title") or "")
            yield SharedLink(url=address, title=shortened(title, 2_000))
