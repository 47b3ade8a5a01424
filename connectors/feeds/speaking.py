"""What is said in podcasts, and their chapters, where their publishers offer them beside the feed.

https://podcasting2.org/docs/podcast-namespace: `podcast:transcript` (WebVTT, SubRip, JSON) and `podcast:chapters`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from connectors._speech import chapters_in, chapters_post, speech_in, transcript_post
from connectors.feeds.fetch import shown
from connectors.feeds.model import Entry
from gleanery.errors import GleaneryError, QuotaExhausted
from gleanery.model.posts import PostDraft
from gleanery.ports import Context, Fault, Page

_READABLE = ("", "text/vtt", "application/srt", "application/x-subrip", "text/srt", "application/json")


def with_speech(ctx: Context, partition: str, page: Page, entries: Mapping[str, Entry]) -> Page:
    """The page with what is said in its recordings; what cannot be had is a fault, and the rest goes on."""
    faults: list[Fault] = []
    posts: list[PostDraft] = []
    for post in page.posts:
        entry = entries.get(post.external_id)
        posts += [post, *(_said(ctx, partition, post, entry, faults) if entry is not None else ())]
    return replace(page, posts=posts, faults=[*page.faults, *faults])


def _said(
    ctx: Context, partition: str, post: PostDraft, entry: Entry, faults: list[Fault]
) -> Iterator[PostDraft]:
    """The posts beside a recording's."""
    spoken = next((one for one in entry.transcripts if one.type.partition(";")[0] in _READABLE), None)
    if spoken is not None and (words := _fetched(ctx, partition, spoken.url, faults)):
        said = speech_in(words)
        if said is not None:
            yield transcript_post(post, said)
        else:
            faults.append(
                Fault(partition, f"the transcript {shown(spoken.url)} says nothing that can be read")
            )
    if entry.chapters and (lines := chapters_in(_fetched(ctx, partition, entry.chapters, faults))):
        yield chapters_post(post, lines)


def _fetched(ctx: Context, partition: str, address: str, faults: list[Fault]) -> str:
    """The words at an address, empty where they cannot be had now."""
    try:
        answer = ctx.http.get(address)
    except QuotaExhausted:
        raise
    except GleaneryError as error:
        faults.append(Fault(partition, f"{shown(address)} could not be read: {error.message}"))
        return ""
    if answer.status_code != 200:
        faults.append(Fault(partition, f"{shown(address)} answers {answer.status_code}"))
        return ""
    return answer.content.decode("utf-8", "replace")
