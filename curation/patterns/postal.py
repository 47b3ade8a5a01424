"""Postal addresses: a street with its number, and a postcode with its place close after (or before) it.

Either part alone is no address: streets are names of shops and talks, five digits are anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from curation.patterns import Mark

_NAME = r"(?:[^\W\d_][\w'’.-]{0,30}[ ]){1,4}"
_PLACE = r"[^\W\d_a-zß-ÿ][\w'’.-]{1,30}"
_HOUSE = r"\d{1,4}(?:[ ]?[a-zA-Z](?![\w]))?(?:[-/]\d{1,4})?"


class Written(NamedTuple):
    """How addresses are written in some countries: a street with a number, and what follows it."""

    street: re.Pattern[str]
    place: re.Pattern[str]


def _written(street: str, place: str) -> Written:
    return Written(re.compile(rf"(?<![\w]){street}(?![\w])"), re.compile(rf"(?<![\w-]){place}(?![\w])"))


_US = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT"
    r"|V[AT]|W[AIVY]|A[AEP]|PR)"
)
_ENGLISH_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Ter"
    r"|Close|Crescent|Cres|Highway|Hwy|Parkway|Pkwy|Circle|Cir|Trail|Row|Gardens|Grove|Mews|Hill|Alley)\.?"
)

WRITTEN = (
    _written(
        rf"\d{{1,5}}[A-Za-z]?,? {_NAME}{_ENGLISH_STREET}",
        rf"(?:{_US},? \d{{5}}(?:-\d{{4}})?|[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}}|[A-CEGHJ-NPR-TVXY]\d[A-Z] ?\d[A-Z]\d"
        r"|(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT) \d{4})",
    ),  # United States, United Kingdom, Canada, Australia
    _written(
        rf"(?:[^\W\d_][\w.-]{{1,40}}(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|steig|hof|chaussee)"
        rf"|{_NAME}(?:Stra(?:ß|ss)e|Str\.|Weg|Platz|Allee|Gasse|Ring|Damm|Ufer)) ?{_HOUSE}",
        rf"(?:D-|A-|CH-)?\d{{4,5}} {_PLACE}",
    ),  # Germany, Austria, Switzerland
    _written(
        r"\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|av\.|boulevard|bd|place|chemin|allée|impasse|quai|route|cours) "
        r"(?:[\w'’.-]{1,30} ){0,4}[\w'’.-]{2,30}",
        rf"(?:F-|B-|L-)?\d{{4,5}} {_PLACE}",
    ),  # France, Belgium, Luxembourg
    _written(
        r"(?:Calle|C/|C\.|Avenida|Avda\.?|Plaza|Paseo|Camino|Ronda|Via|Viale|Piazza|Corso|Largo|Vicolo|Rua|Travessa"
        rf"|Praça) ?(?:[\w'’.ªº-]{{1,30}} ){{0,4}}[\w'’.-]{{2,30}},? (?:n\.?[º°o]? ?)?{_HOUSE}",
        rf"(?:\d{{5}}|\d{{4}}-\d{{3}}) {_PLACE}",
    ),  # Spain, Italy, Portugal
    _written(
        rf"[^\W\d_][\w.-]{{1,40}}(?:straat|weg|laan|plein|gracht|kade|dijk|hof|singel|steeg) {_HOUSE}",
        rf"\d{{4}} ?[A-Z]{{2}},? {_PLACE}",
    ),  # Netherlands
    _written(
        rf"(?:ul\.|al\.|pl\.|os\.) ?(?:[\w'’.-]{{1,30}} ){{0,3}}[\w'’.-]{{2,30}} {_HOUSE}",
        rf"\d{{2}}-\d{{3}} {_PLACE}",
    ),  # Poland
    _written(
        rf"[^\W\d_][\w-]{{1,40}}(?:gatan|vägen|gränd|gate|gata|veien|vegen|vej|gade|allé|katu|tie|kuja) {_HOUSE}",
        rf"(?:SE-|NO-|DK-|FI-)?(?:\d{{3}} \d{{2}}|\d{{4,5}}) {_PLACE}",
    ),  # Sweden, Norway, Denmark, Finland
)

_BEFORE = 130
"""Characters before a postcode in which a street is looked for."""
_AROUND = 45
_AHEAD = 70
"""Characters that may stand between a street and its postcode."""


_letter = re.compile(r"[^\W\d_]")
_postcode = re.compile(r"\d{4}|\d{2}-\d{3}|\d{3} \d{2}|[A-Z]\d")


def addresses_of_people(text: str) -> Iterator[Mark]:
    """Streets with a number and, within a line or two, a postcode with its place; as one stretch."""
    for code in _postcode.finditer(text):
        first, after = max(0, code.start() - _AROUND), code.end() + _AROUND
        if _letter.search(text, first, after) is None:
            continue  # no place without a name: in tables of numbers this is told by one look instead of seven
        for written in WRITTEN:
            place = written.place.search(text, first, after)
            if place is not None and place.start() <= code.start() < place.end():
                yield from _with_street(written, text, place)


def _with_street(written: Written, text: str, place: re.Match[str]) -> Iterator[Mark]:
    begin = max(0, place.start() - _BEFORE)
    for street in written.street.finditer(text, begin, place.start()):
        if place.start() - street.end() <= _AHEAD:
            yield Mark(street.start(), place.end(), "address")
            return
