"""What is said in a recording and when: WebVTT (https://www.w3.org/TR/webvtt1/), SubRip, and the JSON of podcasts
(https://podcasting2.org/docs/podcast-namespace/tags/transcript, …/chapters).

A transcript is a post of its own beside its recording: kept, looked at and purged like any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from connectors._values import digest
from gleanery.model.posts import CHAPTERS, MAX_TEXT, TRANSCRIPT, Cue, PostDraft, PostKind

MAX_CUES = 20_000
LONGEST = 48 * 3600
"""Seconds: what is said to come later is no time."""

_TIMING = re.compile(r"^\s*((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})\s+-->\s+\S+", re.MULTILINE)
_MARKUP = re.compile(r"<[^>\n]*>|\{\\[^}\n]*\}")
_SPEAKER = re.compile(r"<v(?:\.[^ >]*)?\s+([^>\n]{1,200})>")


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of a recording, and from which second on which of them are said."""

    text: str
    cues: tuple[Cue, ...]


def speech_in(words: str) -> Speech | None:
    """What a WebVTT, SubRip or podcast JSON file says; None where nothing is said in it."""
    begun = words.removeprefix("\ufeff").lstrip()
    said = _of_json(begun) if begun.startswith("{") else _of_lines(begun)
    return _joined(said)


def chapters_in(words: str) -> str:
    """The chapters of a podcast's JSON as lines, each a time and a title; empty where there are none."""
    found = _document(words).get("chapters")
    lines = []
    for one in found if isinstance(found, list) else ():
        at, title = _seconds(one, "startTime"), _title(one)
        if at is not None and title and one.get("toc") is not False:
            lines.append(f"{clock(at)} {title}")
    return "\n".join(lines[:500])


def transcript_post(of: PostDraft, said: Speech) -> PostDraft:
    """The post of what is said in a recording."""
    return _beside(of, TRANSCRIPT, said.text, said.cues)


def chapters_post(of: PostDraft, lines: str) -> PostDraft:
    """The post of a recording's chapters."""
    return _beside(of, CHAPTERS, lines, ())


def clock(seconds: float) -> str:
    """A time as people write it: 1:02:03, 4:05."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _beside(of: PostDraft, kind: str, text: str, cues: tuple[Cue, ...]) -> PostDraft:
    return PostDraft(
        platform=of.platform,
        realm=of.realm,
        external_id=kind + digest(of.external_id),  # of an address, only a hash would be kept
        kind=PostKind.ARTICLE,
        url=of.url,
        text=text[:MAX_TEXT],
        parent_external_id=of.external_id,
        language=of.language,
        internal=of.internal,
        channel=of.channel,
        cues=cues,
    )


# --------------------------------------------------------------------------- reading


def _of_lines(words: str) -> Iterator[tuple[float, str]]:
    """Of WebVTT and SubRip: each timing line and the words up to the next empty line."""
    for block in re.split(r"\r?\n\s*\r?\n", words):
        found = _TIMING.search(block)
        if found is not None:
            yield _time(found[1]), _plain(block[found.end() :].partition("\n")[2])


def _time(text: str) -> float:
    *hours, minutes, seconds = text.replace(",", ".").split(":")
    return int(hours[0] if hours else 0) * 3600 + int(minutes) * 60 + float(seconds)


def _plain(text: str) -> str:
    """Words without markup; who speaks stands before them, as the file names them."""
    named = _SPEAKER.sub(lambda found: f"{found[1]}: ", text)
    return unescape(_MARKUP.sub("", named))


def _of_json(words: str) -> Iterator[tuple[float, str]]:
    segments = _document(words).get("segments")
    for one in segments if isinstance(segments, list) else ():
        at = _seconds(one, "startTime")
        if at is not None:
            yield at, str(one.get("body") or "")


def _document(words: str) -> dict[str, Any]:
    try:
        found = json.loads(words)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(record: Any, name: str) -> float | None:
    value = record.get(name) if isinstance(record, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST:
        return None
    return float(value)


def _title(record: Any) -> str:
    return " ".join(str(record.get("title") or "").split())[:300]


def _joined(said: Iterable[tuple[float, str]]) -> Speech | None:
    """The words in one text, with the place of each stretch; what goes back in time is left out, as is a repetition."""
    lines: list[str] = []
    cues: list[Cue] = []
    place, last = 0, 0.0
    for at, words in said:
        line = " ".join(words.split())
        if not line or not last <= at <= LONGEST or (lines and line == lines[-1]):
            continue
        if place + len(line) > MAX_TEXT or len(cues) == MAX_CUES:
            break
        lines.append(line)
        cues.append(Cue(at=at, place=place))
        place, last = place + len(line) + 1, at
    return Speech(" ".join(lines), tuple(cues)) if cues else None
