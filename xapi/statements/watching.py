"""How a recording was watched, as the video profile tells it; for sound the audio profile's types.

Progress is computed from the segments that were played, here and not by the player.
Source: https://w3id.org/xapi/video v1.0.3, https://w3id.org/xapi/audio v1.0.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple, Unpack
from uuid import UUID

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from xapi.bridge import Bridge, Item
from xapi.errors import XapiError
from xapi.grades import Grade
from xapi.model import Activity, Definition, Extensions, Result, Verb
from xapi.segments import Segments, progress, spelled
from xapi.statements.learning import Assignment, within
from xapi.statements.parts import Act, Built, build, result
from xapi.vocabulary import activity_streams, adl, audio, own, video

_VIDEO = (Activity(id=video.PROFILE), Definition(type=video.VIDEO))
_AUDIO = (Activity(id=audio.PROFILE), Definition(type=audio.AUDIO))


class Viewing(NamedTuple):
    """One sitting before a recording. `length`: seconds; `threshold`: the part that completes it, 0 to 1."""

    session: UUID
    length: float
    threshold: float = 1.0
    assignment: Assignment | None = None


def initialized(bridge: Bridge, item: Item, viewing: Viewing, **act: Unpack[Act]) -> Built:
    """The recording is ready to be played."""
    return _build(bridge, item, viewing, adl.INITIALIZED, UNSET, act)


def played(bridge: Bridge, item: Item, viewing: Viewing, *, time: float, **act: Unpack[Act]) -> Built:
    """It began to play, at this second."""
    return _build(bridge, item, viewing, video.PLAYED, result(extensions={video.TIME: _seconds(time)}), act)


def paused(
    bridge: Bridge, item: Item, viewing: Viewing, *, time: float, segments: Segments, **act: Unpack[Act]
) -> Built:
    """It was halted at this second. `segments`: all that was played in this registration."""
    told = result(extensions=_seen(viewing, time, segments))
    return _build(bridge, item, viewing, video.PAUSED, told, act)


def seeked(
    bridge: Bridge, item: Item, viewing: Viewing, *, left: float, reached: float, **act: Unpack[Act]
) -> Built:
    """The learner jumped from one second to another."""
    told = {video.TIME_FROM: _seconds(left), video.TIME_TO: _seconds(reached)}
    return _build(bridge, item, viewing, video.SEEKED, result(extensions=told), act)


def watched(
    bridge: Bridge,
    item: Item,
    viewing: Viewing,
    *,
    time: float,
    segments: Segments,
    lasted: timedelta,
    **act: Unpack[Act],
) -> Built:
    """The learner completed it. `lasted`: the time from the first play.

    Raises:
        XapiError: less than the threshold was played.
    """
    if progress(segments, viewing.length) < _threshold(viewing):
        raise XapiError("a recording is completed when its threshold was played, not before")
    extensions = _seen(viewing, time, segments) | {own.EVIDENCE: Grade.VIDEO_THRESHOLD.text}
    told = result(completion=True, lasted=lasted, extensions=extensions)
    return _build(bridge, item, viewing, adl.COMPLETED, told, act)


def terminated(
    bridge: Bridge, item: Item, viewing: Viewing, *, time: float, segments: Segments, **act: Unpack[Act]
) -> Built:
    """The sitting ended; nothing follows in this session."""
    told = result(extensions=_seen(viewing, time, segments))
    return _build(bridge, item, viewing, adl.TERMINATED, told, act)


def _build(
    bridge: Bridge, item: Item, viewing: Viewing, verb: Verb, told: Result | UnsetType, act: Act
) -> Built:
    profile, definition = _AUDIO if _is_sound(item) else _VIDEO
    recording = Item(replace(item.activity, definition=definition), item.platform)
    about = within(
        bridge, item, act, viewing.assignment, extensions=_circumstances(viewing), profiles=[profile]
    )
    return build(bridge, recording, verb, about, told, **act)


def _is_sound(item: Item) -> bool:
    definition = item.activity.definition
    return isinstance(definition, Definition) and definition.type in (activity_streams.AUDIO, audio.AUDIO)


def _circumstances(viewing: Viewing) -> Extensions:
    if viewing.session.version != 4:
        raise XapiError("a viewing's session is a random UUID (version 4), as the video profile asks")
    return {
        video.SESSION_ID: viewing.session,
        video.LENGTH: _seconds(viewing.length),
        video.COMPLETION_THRESHOLD: _threshold(viewing),
    }


def _threshold(viewing: Viewing) -> float:
    if not 0 < viewing.threshold <= 1:
        raise XapiError("a completion threshold lies above 0 and up to 1")
    return round(viewing.threshold, 3)


def _seen(viewing: Viewing, time: float, segments: Segments) -> Extensions:
    return {
        video.TIME: _seconds(time),
        video.PROGRESS: progress(segments, viewing.length),
        video.PLAYED_SEGMENTS: spelled(segments),
    }


def _seconds(time: float) -> float:
    """Seconds with at most three decimals, as the profile asks."""
    if not 0 <= time < float("inf"):
        raise XapiError("a place in a recording is a number of seconds from 0")
    return round(time, 3)
