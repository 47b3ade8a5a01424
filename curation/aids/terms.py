"""What a text is about, in its own words: stretches of one to three words that carry a topic.

After YAKE (Campos and others 2020, https://doi.org/10.1016/j.ins.2019.09.013), by what a single text shows: how often
a term comes, in how many sentences, how early, in the title, and in capitals within a sentence. The background that
very common words are held against is our own short list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from curation.aids.stopwords import is_small
from curation.common_words import COMMON
from curation.text.boundaries import blank_addresses
from curation.text.measures import LONGEST_WORD, WORD
from curation.text.sentences import sentences

MOST_WORDS = 3
_FEWEST_WORDS = 12
"""Words of title and text together from which there are key terms."""

_LOOKED_AT = 400
"""Words of the text that are looked at."""

_REPEATED, _ONCE = (1.0, 1.5, 1.3), (1.0, 1.2, 0.9)
"""What a phrase of one, two, three words weighs against its words."""

_STEM = 6
"""Letters by which two words are taken for forms of one."""

_not_prose = re.compile(r"```[^`]*```|`[^`\n]*`|<?[@#][\w.|-]+>?|:[a-z0-9_+-]+:", re.IGNORECASE)
_gap = re.compile(r"[ \t]+\Z")


@dataclass(slots=True)
class _Word:
    """A word where it stands; `is_name`: it has a capital that no beginning of a sentence explains."""

    start: int
    end: int
    folded: str
    sentence: int
    is_name: bool


@dataclass(slots=True)
class _Term:
    """A candidate: where it stands first, how often, in which sentences."""

    words: tuple[str, ...]
    start: int
    end: int
    first_sentence: int
    times: int = 0
    sentences: set[int] = field(default_factory=set)
    as_name: int = 0


def key_terms(title: str, text: str, language: str, most: int) -> list[tuple[int, int]]:
    """Where the terms that say most stand first in the text, the most telling first."""
    words = list(_words(text))
    title_words = tuple(word.casefold() for word in WORD.findall(title))
    if len(words) + len(title_words) < _FEWEST_WORDS:
        return []
    titled = frozenset(_stretches(title_words))
    candidates = _candidates(text, words, language)
    capitals_tell = language != "de"
    ranked = sorted(
        candidates, key=lambda term: (-round(_weight(term, titled, capitals_tell), 6), term.start, term.end)
    )
    return [(term.start, term.end) for term in _apart(ranked, most)]


def _words(text: str) -> Iterator[_Word]:
    """The first words of a text, those in code, mentions and addresses left out."""
    clear = _not_prose.sub(lambda found: " " * len(found[0]), blank_addresses(text))
    many = 0
    for number, (begin, end) in enumerate(sentences(clear)):
        for found in WORD.finditer(clear, begin, end):
            if len(found[0]) > LONGEST_WORD:
                continue
            inside = found.start() > begin
            is_name = found[0][0].isupper() and (inside or found[0][1:2].isupper())
            yield _Word(found.start(), found.end(), found[0].casefold(), number, is_name)
            many += 1
            if many >= _LOOKED_AT:
                return


def _candidates(text: str, words: Sequence[_Word], language: str) -> list[_Term]:
    """Runs of words with nothing but a space between them, cut at those that carry no topic."""
    found: dict[tuple[str, ...], _Term] = {}
    for run in _runs(text, words, language):
        for first in range(len(run)):
            for last in range(first, min(first + MOST_WORDS, len(run))):
                piece = run[first : last + 1]
                if len(piece) == 1 and (piece[0].folded in COMMON or len(piece[0].folded) < 3):
                    continue
                _count(found, piece)
    return list(found.values())


def _runs(text: str, words: Sequence[_Word], language: str) -> Iterator[list[_Word]]:
    run: list[_Word] = []
    for word in words:
        joined = run and run[-1].sentence == word.sentence and _gap.match(text[run[-1].end : word.start])
        small = is_small(word.folded, language) and not word.folded.isdigit()
        if run and (small or not joined):
            yield run
            run = []
        if not small:
            run.append(word)
    if run:
        yield run


def _count(found: dict[tuple[str, ...], _Term], piece: Sequence[_Word]) -> None:
    words = tuple(word.folded for word in piece)
    term = found.get(words)
    if term is None:
        first, last = piece[0], piece[-1]
        term = found[words] = _Term(words, first.start, last.end, first.sentence)
    term.times += 1
    term.sentences.add(piece[0].sentence)
    term.as_name += all(word.is_name for word in piece)


def _weight(term: _Term, title: frozenset[tuple[str, ...]], capitals_tell: bool) -> float:
    """More for what comes often, in several sentences, early, in the title, as a name; a phrase over its words."""
    often = term.times * (1 + 0.5 * (len(term.sentences) - 1))
    named = 1 + (0.6 * term.as_name / term.times if capitals_tell else 0.0)
    early = 1 + 1 / (2 + term.first_sentence)
    in_title = 2.0 if term.words in title else 1.0
    phrase = (
        (1.0, 1.5, 1.3)[len(term.words) - 1]
        if term.times > 1 or in_title > 1
        else (1.0, 1.2, 0.9)[len(term.words) - 1]
    )
    common = sum(word in COMMON for word in term.words) / len(term.words)
    long = min(1.3, 0.7 + 0.06 * max(map(len, term.words)))
    return often * named * early * in_title * phrase * long * (1 - 0.5 * common)


def _stretches(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every one to three words that follow each other."""
    for size in range(1, MOST_WORDS + 1):
        for place in range(len(words) - size + 1):
            yield words[place : place + size]


def _apart(ranked: Sequence[_Term], most: int) -> list[_Term]:
    """The first of them that share no word with another."""
    chosen: list[_Term] = []
    taken: set[str] = set()
    for term in ranked:
        if len(chosen) == most:
            break
        stems = {word.removesuffix("'s").removesuffix("s")[:_STEM] for word in term.words}
        if taken.isdisjoint(stems):
            chosen.append(term)
            taken |= stems
    return chosen
