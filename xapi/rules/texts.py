"""The rules of what may stand nearly anywhere: texts by language, and extensions."""

from __future__ import annotations

from xapi.forms import good_iris, good_languages, is_iri, is_language
from xapi.model import Extensions
from xapi.rules.faults import broken
from xapi.strict_json import is_deeper

MAX_DEPTH = 64
"""How deep the value of an extension may nest; all else has a bounded shape."""

_CONTAINERS = frozenset((dict, list))


def check_languages(texts: dict[str, str], path: str) -> None:
    """The keys are language tags."""
    for tag in texts:
        if tag not in good_languages and not is_language(tag):
            raise broken(path, "language", "has a key that is no language tag")


def check_extensions(extensions: Extensions) -> None:
    """The keys are IRIs; the values may be anything, but not so deep that a reader would choke."""
    for key, value in extensions.items():
        if key not in good_iris and not is_iri(key):
            raise broken("$.extensions", "iri", "has a key that is no absolute IRI")
        if type(value) in _CONTAINERS and is_deeper(value, MAX_DEPTH):
            raise broken("$.extensions", "depth", f"has a value nested deeper than {MAX_DEPTH}")
