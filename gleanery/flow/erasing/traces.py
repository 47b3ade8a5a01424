"""What a person is recognised by: identities of agents, and words that name them.

While an erasure is under way they are known as they are. Afterwards only keyed marks of them are kept, with the list
of erasures: enough to recognise them in a backup that is put back, and telling nothing to anybody without the key.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from xapi.lrs.terms import key_of

ERASED = "erased"
"""What stands in the place of a name."""

Key = Callable[[str], bytes]
_WORD = re.compile(r"\w+")
_MBOX, _SHA1 = "mbox ", "mbox_sha1sum "


class _Token(NamedTuple):
    start: int
    end: int
    text: str


class Traces:
    """Identities (as `identity_of` writes them, `activity IRI` for a mention) and words, known by their keys.

    `words` are by how many words long they are; a word is found whatever its case, and only as a whole.
    """

    def __init__(self, identities: frozenset[bytes], words: Mapping[int, frozenset[bytes]], key: Key) -> None:
        self._identities, self._words, self._key = identities, words, key
        self.is_plain = key is _plain
        """Whether they are known as they are, so that a text can be searched quickly."""
        firsts = [word.split()[0] for some in words.values() for word in some]
        self._needles = [*firsts, *(one.rpartition(b" ")[2].lower() for one in identities)]

    @classmethod
    def plain(cls, identities: Iterable[str], words: Iterable[str]) -> Traces:
        """Traces known as they are."""
        return cls.keyed(identities, words, _plain)

    @classmethod
    def keyed(cls, identities: Iterable[str], words: Iterable[str], key: Key) -> Traces:
        """The same, known by a key of each."""
        by_length: dict[int, frozenset[bytes]] = {}
        for word in words:
            tokens = [one.text for one in _tokens(word)]
            known = by_length.get(len(tokens), frozenset())
            by_length[len(tokens)] = known | {key(" ".join(tokens))}
        by_length.pop(0, None)
        known_as = {one for identity in identities for one in _spellings(identity)}
        return cls(frozenset(map(key, known_as)), by_length, key)

    @classmethod
    def marked(cls, marks: Iterable[str], key: Key) -> Traces:
        """Traces of which only the marks are known, as `marks` gave them."""
        parted = [mark.partition(":") for mark in marks]
        by_length: dict[int, set[bytes]] = {}
        for length, _, digest in parted:
            by_length.setdefault(int(length), set()).add(bytes.fromhex(digest))
        identities = frozenset(by_length.pop(0, set()))
        return cls(identities, {length: frozenset(some) for length, some in by_length.items()}, key)

    def with_words(self, words: Iterable[str]) -> Traces:
        """The same and some words more."""
        more = self.keyed((), words, self._key)._words
        lengths = self._words.keys() | more.keys()
        merged = {one: self._words.get(one, frozenset()) | more.get(one, frozenset()) for one in lengths}
        return Traces(self._identities, merged, self._key)

    @property
    def marks(self) -> tuple[str, ...]:
        """The keys as text: `0:` and one of an identity, or the number of words and one of words."""
        told = [f"0:{one.hex()}" for one in self._identities]
        told += [f"{length}:{one.hex()}" for length, some in self._words.items() for one in some]
        return tuple(sorted(told))

    @property
    def has_words(self) -> bool:
        """Whether anything is looked for in texts."""
        return bool(self._words)

    def know(self, identity: str) -> bool:
        """Whether this is one of the identities, however it is spelt."""
        return any(self._key(one) in self._identities for one in _spellings(identity))

    def know_activity(self, iri: str) -> bool:
        """Whether this activity stands for the person."""
        return self._key(f"activity {iri}") in self._identities

    def may_be_in(self, raw: bytes) -> bool:
        """Whether a text or JSON could name the person; a quick look that is wrong in one direction only."""
        if not self.is_plain or b"\\u" in raw or not raw.isascii():
            return True
        lowered = raw.lower()
        return any(needle in lowered for needle in self._needles)

    def name_in(self, text: str) -> bool:
        """Whether a text names the person."""
        return next(self._found(text), None) is not None

    def without(self, text: str, stand_in: Callable[[str], str] = lambda _: ERASED) -> str:
        """The text with something else in the place of each name."""
        parts, end = [], 0
        for start, stop in self._found(text):
            parts += [text[end:start], stand_in(text[start:stop])]
            end = stop
        return "".join([*parts, text[end:]])

    def without_in(self, value: Any, spared: Container[str] = ()) -> Any:
        """The same JSON value with no name in any string of it; equal to it where there is none.

        Members of a `spared` name are left as they are.
        """
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, dict):
            return {
                key: inner if key in spared else self.without_in(inner, spared)
                for key, inner in value.items()
            }
        return [self.without_in(inner, spared) for inner in value] if isinstance(value, list) else value

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Where names stand, from left to right; of two that begin together the longer."""
        tokens = list(_tokens(text)) if self._words else []
        lengths = sorted(self._words, reverse=True)
        place = 0
        while place < len(tokens):
            length = next((one for one in lengths if self._is_name(tokens[place : place + one], one)), 0)
            if length:
                yield tokens[place].start, tokens[place + length - 1].end
            place += length or 1

    def _is_name(self, tokens: list[_Token], length: int) -> bool:
        if len(tokens) < length:
            return False
        return self._key(" ".join(one.text for one in tokens)) in self._words[length]


def _plain(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _tokens(text: str) -> Iterator[_Token]:
    for found in _WORD.finditer(text):
        yield _Token(*found.span(), unicodedata.normalize("NFKC", found[0]).casefold())


def _spellings(identity: str) -> set[str]:
    """An identity as it is known: whatever the case of a mailbox, and by the mailbox's digest too."""
    known = {identity.casefold() if identity.startswith((_MBOX, _SHA1)) else identity}
    if identity.startswith(_MBOX):
        address = identity.removeprefix(_MBOX)
        known |= {
            _SHA1 + hashlib.sha1(one.encode(), usedforsecurity=False).hexdigest()
            for one in (address, address.casefold())
        }
    return known | {key_of(one) for one in known}
