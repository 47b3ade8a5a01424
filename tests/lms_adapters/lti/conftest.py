"""An LMS, the adapter registered at it by hand, and a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gleanery.http import GuardedHttp
from gleanery.ports import Context
from gleanery.testing import Clock, make_context
from gleanery.testing.context import MemoryLearners
from lms_adapters.lti import Lti, Settings
from lms_adapters.lti.keys import OwnKeys
from tests.lms_adapters.lti.browser import Browser
from tests.lti_platforms import Lms

MakeLti = Callable[..., Lti]
ADDRESS = "https://gleanery.example.org/in/destination-test"


@pytest.fixture
def clock() -> Clock:
    """Stands still until told."""
    return Clock()


@pytest.fixture(scope="session")
def http() -> GuardedHttp:
    """The guarded session, with the loopback entered."""
    return GuardedHttp(entered=["127.0.0.1"])


@pytest.fixture
def context(http: GuardedHttp, tmp_path: Path, clock: Clock) -> Context:
    """One context, so that its store lives on from adapter to adapter."""
    return make_context(tmp_path, http, clock)


@pytest.fixture
def learners(context: Context) -> MemoryLearners:
    """The house's side."""
    assert isinstance(context.learners, MemoryLearners)
    return context.learners


@pytest.fixture
def lms(context: Context, clock: Clock) -> Iterator[Lms]:
    """A running LMS that knows our keys."""
    keys = OwnKeys(context)
    with Lms(clock, ADDRESS, lambda: keys.published()) as running:
        yield running


def settings_for(lms: Lms, **changes: Any) -> Settings:
    """A manual set-up at this LMS."""
    told = {
        "issuer": lms.url,
        "client_id": lms.client_id,
        "auth_url": f"{lms.url}/mod/lti/auth.php",
        "token_url": f"{lms.url}/mod/lti/token.php",
        "jwks_url": f"{lms.url}/mod/lti/certs.php",
        "deployments": ["3"],
        **changes,
    }
    return Settings.model_validate(told)


@pytest.fixture
def make(lms: Lms, context: Context) -> MakeLti:
    """Makes an adapter that is registered by hand, as each run of the house does anew."""
    return lambda **changes: Lti(settings_for(lms, **changes), context)


@pytest.fixture
def browser(make: MakeLti) -> Browser:
    """A browser before our endpoints."""
    return Browser(make(), ADDRESS)
