"""Each check of security taken away, one at a time: the tests that are there must notice every one.

A check that can be removed without any test failing is a check that nobody would miss.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.proof

ROOT = Path(__file__).resolve().parents[2]
_PASSWORDS = "tests/web/accounts/test_passwords.py"
_PROVIDERS = "tests/web/accounts/test_single_sign_on.py"
_DESK = "tests/web/accounts/test_desk.py"

TAKEN_AWAY: dict[str, tuple[str, str]] = {
    # what is replaced: by what, and which tests must fail
    "gleanery.web.guards:_is_own": ("lambda front, headers: True", "tests/web/test_guards.py"),
    "gleanery.web.guards:_by_token": ("lambda path, headers: True", "tests/web/test_guards.py"),
    "gleanery.web.guards:Front.knows": ("lambda self, host: True", "tests/web/test_guards.py"),
    "gleanery.web.guards:_is_address": ("lambda name: True", "tests/web/test_guards.py"),
    "gleanery.web.routes:Policy.__call__": ("lambda self, request: None", "tests/web/test_rights.py"),
    "gleanery.web.routes:_refuse": ("lambda right: None", "tests/web/test_rights.py"),
    "gleanery.flow.accounts.visitors:Visitor.may": ("lambda self, right: True", "tests/web/test_rights.py"),
    "gleanery.flow.accounts.visitors:mark_of": ("lambda token: token.encode()[:32]", "tests/web/test_signin.py"),
    "gleanery.flow.accounts.links:_use_up": (
        "lambda house, kind, token: real._value(house, kind, token)", "tests/web/test_signin.py"),
    "gleanery.flow.accounts.links:_stamp": ("lambda account: ''", _PASSWORDS),
    "gleanery.flow.accounts.passwords:verify": ("lambda password, kept: kept is not None", _PASSWORDS),
    "gleanery.flow.accounts.passwords:refuse_weak": ("lambda password, words: None", _PASSWORDS),
    "gleanery.flow.accounts.passwords:_nobodys": ("lambda: 'no hash'", _PASSWORDS),
    "gleanery.flow.accounts.passwords:is_outdated": ("lambda kept: False", _PASSWORDS),
    "gleanery.flow.accounts.tries:take": ("lambda house, name, address: None", _PASSWORDS),
    "gleanery.flow.accounts.tries:_block": ("lambda address: address", _PASSWORDS),
    "gleanery.flow.accounts.staff:is_last_administrator": ("lambda session, person_id: False", _DESK),
    "gleanery.flow.accounts.staff:end_all": ("lambda *given: None", _DESK),
    "gleanery.flow.accounts.sessions:end_all": ("lambda *given: None", _PASSWORDS),
    "gleanery.flow.accounts.sessions:end": ("lambda house, token: None", "tests/web/test_signin.py"),
    "gleanery.flow.learners.arriving:form_token": ("lambda key: '0' * 64", "tests/web/learn/test_visiting.py"),
    "gleanery.flow.learners.arriving:_link_mark": ("lambda visit, item: '0' * 64", "tests/web/learn/test_item.py"),
    "gleanery.flow.learners.arriving:_require_fresh": (
        "lambda house, visit: None", "tests/web/learn/test_visiting.py"),
    "gleanery.flow.learners.arriving:_require_sound": (
        "lambda destination, arrival: None", "tests/web/learn/test_visiting.py"),
    "gleanery.flow.learners.watching:_allowed": (
        "lambda heard_at, now: 1e9", "tests/flow/learners/test_watching.py"),
    "gleanery.flow.learners.evidence:is_locked": ("lambda step, done: False", "tests/web/learn/test_item.py"),
    "gleanery.web.signin:own_path": ("lambda path: path", _PASSWORDS),
    "gleanery.flow.accounts.providers:SingleSignOn._is_first": ("lambda self, state: True", _PROVIDERS),
    "gleanery.flow.accounts.providers:_is_allowed": ("lambda provider, claims: True", _PROVIDERS),
    "gleanery.flow.accounts.providers:_refuse_open": ("lambda provider, address: None", _PROVIDERS),
    "gleanery.flow.accounts.providers:CodeIDToken.validate_nonce": ("lambda self: None", _PROVIDERS),
    "gleanery.flow.accounts.providers:CodeIDToken.validate_azp": ("lambda self: None", _PROVIDERS),
    "gleanery.flow.accounts.providers:CodeIDToken.validate": ("lambda self, now, leeway: None", _PROVIDERS),
    "gleanery.flow.accounts.admitting:_free_name": ("lambda session, name: name", _PROVIDERS),
    "gleanery.flow.accounts.tokens:revoke": (
        "lambda change, person_id, token_id, actor: change.session.delete(change.session.get(real.ApiToken, token_id))",
        "tests/web/accounts/test_tokens.py"),
    "gleanery.flow.queue.views:remove": (
        "lambda house, person_id, view_id: None", "tests/web/test_others.py"),
    "gleanery.web.runs:_sees": ("lambda run, visitor: True", "tests/web/test_others.py"),
    "gleanery.web.privacy.own:_is_own": ("lambda asked, visitor: True", "tests/web/privacy/test_own.py"),
    "gleanery.flow.erasing.cases:_has_asked": ("lambda *given: False", "tests/web/privacy/test_erasures.py"),
    "gleanery.flow.erasing.cases:_same_as_in": ("lambda *given: None", "tests/web/privacy/test_erasures.py"),
    "gleanery.flow.configuring:_require_near_files": ("lambda *given: None", "tests/flow/test_drafts.py"),
    "gleanery.flow.destinations.configuring:_require_own_folder": (
        "lambda *given: None", "tests/web/destinations/test_desk.py"),
    "gleanery.flow.configuring:require_same_hosts": ("lambda *given: None", "tests/web/destinations/test_desk.py"),
    "gleanery.web.addresses:_parts": (
        "lambda address: real.urlsplit(address) if address else None", "tests/web/test_addresses.py"),
    "gleanery.web.guards:_hostname": (
        "lambda host: real.urlsplit(f'//{host}').hostname if host else None", "tests/web/test_guards.py"),
    "gleanery.web.guards:Front.headers": ("property(lambda self: {})", "tests/web/test_app.py"),
    "lms_adapters.feed.addresses:Addresses.opens": ("lambda self, feed, key: True", "tests/lms_adapters/feed"),
    "lms_adapters.canvas.items:Items._is_of": ("lambda *given: True", "tests/lms_adapters/canvas/test_adapter.py"),
    "gleanery.ports.cells:safe": ("lambda cell: cell", "tests/ports/test_cells.py"),
    "gleanery.flow.digests.sending:_escaped": ("lambda text: text", "tests/web/reports/test_digests.py"),
}  # fmt: skip

_PLUGIN = """
import importlib, sys
module, _, name = {place!r}.partition(":")
real = importlib.import_module(module)
owner = real
*path, last = name.split(".")
for part in path:
    owner = getattr(owner, part)
taken = getattr(owner, last)
new = {new}
setattr(owner, last, new)
for other in list(sys.modules.values()):
    if getattr(other, "__name__", "").startswith(("gleanery", "tests")) and getattr(other, last, None) is taken:
        setattr(other, last, new)
"""


def _outcome(folder: Path, tests: str, place: str = "", new: str = "") -> int:
    """How a run of tests ends, in a process of its own, with something replaced in it."""
    arguments = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:xdist", tests]
    if place:
        (folder / "taken_away.py").write_text(_PLUGIN.format(place=place, new=new), "utf-8")
        arguments[3:3] = ["-p", "taken_away"]
    path = os.pathsep.join([str(folder), str(ROOT)])
    done = subprocess.run(arguments, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, capture_output=True)
    return done.returncode


@pytest.mark.parametrize("tests", sorted({tests for _, tests in TAKEN_AWAY.values()}))
def test_with_every_check_in_its_place_all_pass(tmp_path: Path, tests: str) -> None:
    """The control: what fails below fails for what was taken away."""
    assert _outcome(tmp_path, tests) == 0


@pytest.mark.parametrize("place", TAKEN_AWAY)
def test_a_check_that_is_taken_away_is_missed(tmp_path: Path, place: str) -> None:
    new, tests = TAKEN_AWAY[place]
    assert _outcome(tmp_path, tests, place, new) == 1
