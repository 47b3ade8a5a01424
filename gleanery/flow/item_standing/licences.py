"""A licence as a code: what sources write of it is foreign text and stays where the text is."""

from __future__ import annotations

import re

_CREATIVE = re.compile(r"\bby((?:[-\s](?:nc|sa|nd))*)\b")
_FREE = re.compile(r"\b(?:mit|apache|bsd|gpl|lgpl|agpl|mpl|isc|gfdl|odc-by|odbl|ogl|open government)\b")
_NAMES = (("noncommercial", "nc"), ("non-commercial", "nc"), ("sharealike", "sa"), ("share alike", "sa"),
          ("noderivatives", "nd"), ("noderivs", "nd"), ("no derivatives", "nd"))  # fmt: skip


def code_of(licence: str | None) -> str:
    """cc0, pd, cc-by, cc-by-nc-sa and their like, free (of software or data), other; empty where nothing is said."""
    text = (licence or "").strip().casefold()[:500]
    if not text:
        return ""
    if "cc0" in text or "publicdomain/zero" in text:
        return "cc0"
    if "public domain" in text or "publicdomain" in text:
        return "pd"
    if "creative commons" in text or "creativecommon" in text or re.match(r"cc[-\s]?by", text):
        return _creative(text)
    return "free" if _FREE.search(text) else "other"


def _creative(text: str) -> str:
    """The code of one of the Creative Commons licences; attribution where it says no more (YouTube's own is that)."""
    named = [short for name, short in _NAMES if name in text]
    if not named and (found := _CREATIVE.search(text.replace("_", "-"))):
        named = re.findall("nc|sa|nd", found[1])
    return "-".join(["cc-by", *(part for part in ("nc", "nd", "sa") if part in named)])
