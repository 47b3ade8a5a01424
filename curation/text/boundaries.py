"""Where words end, also in scripts that put no space between them."""

from __future__ import annotations

import re
import unicodedata

UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Myanmar, Khmer
    "\u1100-\u11ff\uac00-\ud7ff"  # Hangul: particles follow without a space
    "\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff"  # kana, bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
"""The inside of a character class: scripts whose words are not set apart by spaces."""

_unspaced = re.compile(f"[{UNSPACED}]")
_address = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"]+", re.IGNORECASE)
_AFTER_ADDRESS = ".,;:!?)]}>'\"*_…»”’"
_word = re.compile(rf"[^\W_{UNSPACED}]+(?:['’\-.+#][^\W_{UNSPACED}]+)*")


_V_JAMO, _LAST_T_JAMO = "\u1160", "\u11ff"

ANY, IN_WORD, HANGING = 4, 1, 2
"""What a character is, as bits: ANY always; IN_WORD if it joins its neighbours to a word; HANGING if it belongs
to the one before it."""


class Characters(dict[str, int]):
    """Character -> its bits, worked out at first sight."""

    def __missing__(self, character: str) -> int:
        bits = ANY
        if unicodedata.category(character)[0] == "M" or _V_JAMO <= character <= _LAST_T_JAMO:
            bits |= IN_WORD | HANGING
        elif (character.isalnum() or character == "_") and not _unspaced.match(character):
            bits |= IN_WORD
        self[character] = bits
        return bits


CHARACTERS = Characters()


def is_unspaced(character: str) -> bool:
    """Whether a letter is of a script whose words are not set apart by spaces."""
    return _unspaced.match(character) is not None and not CHARACTERS[character] & HANGING


def not_before(first: str) -> int:
    """The bits that no character just before a phrase may have, by the phrase's first character."""
    bits = CHARACTERS[first]
    return ANY if bits & HANGING else bits & IN_WORD


def not_after(last: str) -> int:
    """The bits that no character just after a phrase may have, by the phrase's last character."""
    return HANGING | (CHARACTERS[last] & IN_WORD)


def addresses(text: str) -> list[str]:
    """The web addresses in a text, without the punctuation that follows them."""
    if not _may_hold_address(text):
        return []
    return [_without_ending(found) for found in _address.findall(text)]


def _without_ending(found: str) -> str:
    """An address without the punctuation after it; a bracket that was opened within stays."""
    end = len(found)
    unopened = found.count(")") - found.count("(")
    while found[end - 1] in _AFTER_ADDRESS and (found[end - 1] != ")" or unopened > 0):
        unopened -= found[end - 1] == ")"
        end -= 1
    return found[:end]


def without_addresses(text: str) -> str:
    """The text with a space for each web address."""
    return _address.sub(" ", text) if _may_hold_address(text) else text


def blank_addresses(text: str) -> str:
    """The text with as many spaces as each web address is long."""
    return _address.sub(lambda found: " " * len(found.group()), text) if _may_hold_address(text) else text


def _may_hold_address(text: str) -> bool:
    return "://" in text or "www." in text or "WWW." in text


def count_words(text: str) -> int:
    """How many words there are; two characters of an unspaced script count as one."""
    bare = without_addresses(text)
    return len(_word.findall(bare)) + (count_unspaced(bare) + 1) // 2


def count_unspaced(text: str) -> int:
    """How many characters of unspaced scripts there are."""
    return 0 if text.isascii() else len(_unspaced.findall(text))
