"""In which encoding a file of a framework is: UTF-8, or UTF-16 where it says so; anything else is not guessed at."""

from __future__ import annotations

import codecs

from gleanery.errors import BadInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 400


def encoding_of(begins: bytes) -> str:
    """The encoding by the first bytes: by their mark, by the empty halves of UTF-16, else UTF-8."""
    for mark, encoding in _MARKS:
        if begins.startswith(mark):
            return encoding
    looked_at = begins[:_LOOKED_AT]
    empty = len(looked_at) // 4
    if looked_at[1::2].count(0) > empty:
        return "utf-16-le"
    return "utf-16-be" if looked_at[0::2].count(0) > empty else "utf-8"


def refused(name: str, fault: UnicodeDecodeError) -> BadInput:
    """What is told of a file with letters that cannot be read."""
    if fault.reason == "unexpected end of data":
        return BadInput(f"{name} breaks off in the middle of a letter.", remedy="Fetch the file again.")
    if "utf-16" in fault.encoding:
        return BadInput(f"{name} begins as UTF-16 and goes on as something else.", remedy="Fetch it again.")
    return BadInput(f"{name} is not encoded as UTF-8{_likely(fault.object)}.", remedy="Save it as CSV UTF-8.")


def _likely(content: bytes) -> str:
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    return "; by its letters it may be Windows-1252"
