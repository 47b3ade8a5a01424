"""Verbs, activity types and extensions, filed by the profile that defines them.

Reuse before minting: what is in `own` was found in no published profile.
"""

from xapi.vocabulary import (
    acrossx,
    activity_streams,
    adl,
    audio,
    cmi5,
    dcterms,
    dod_isd,
    open_badges,
    own,
    tincan_registry,
    tla,
    video,
)

__all__ = [
    "acrossx",
    "activity_streams",
    "adl",
    "audio",
    "cmi5",
    "dcterms",
    "dod_isd",
    "open_badges",
    "own",
    "tincan_registry",
    "tla",
    "video",
]
