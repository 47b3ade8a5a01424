"""The clock that the tests of erasures share."""

from __future__ import annotations

import pytest

from gleanery.testing import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()
