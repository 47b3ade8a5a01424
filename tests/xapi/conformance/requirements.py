"""All requirements by id, and how a test says which of them it holds.

The ids are those of the requirements document that the public conformance suite is written from
(github.com/adlnet/xapi-lrs-conformance-requirements); the wording is ours. A test carries the ids in its own
name: XAPI-00034 stands in the parameters that pytest shows. Both families of xAPI ask for nearly all; what a
later one withdraws is held from its other side, as a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar, get_args

import pytest

from tests.xapi.conformance.wording_data import DATA
from tests.xapi.conformance.wording_documents import DOCUMENTS
from tests.xapi.conformance.wording_requests import REQUESTS
from xapi.model import Version

VERSIONS: tuple[Version, ...] = get_args(Version)
REQUIREMENTS: Mapping[str, str] = dict(sorted({**DATA, **REQUESTS, **DOCUMENTS}.items()))

carried: set[tuple[str, Version]] = set()
"""What the tests that have been imported carry: an id, in a family."""

Case = TypeVar("Case")


def requires(*ids: str, versions: Sequence[Version] = VERSIONS) -> pytest.MarkDecorator:
    """Runs a test of these requirements in each family, which it is given as `version`."""
    shown = [f"{_carry(ids, version)} {version}" for version in versions]
    return pytest.mark.parametrize("version", versions, ids=shown)


def each(table: Mapping[str, Case], versions: Sequence[Version] = VERSIONS) -> pytest.MarkDecorator:
    """Runs a test for each row in each family, given as `version` and `case`. A row's key is its ids."""
    rows = [
        (_carry(key.split(), version), version, case) for key, case in table.items() for version in versions
    ]
    shown = [f"{key} {version}" for key, version, _ in rows]
    return pytest.mark.parametrize(("version", "case"), [row[1:] for row in rows], ids=shown)


def _carry(ids: Sequence[str], version: Version) -> str:
    """The ids as they are shown. Raises: KeyError for one that does not exist."""
    carried.update((key, version) for key in ids if REQUIREMENTS[key])
    return " ".join(ids)
