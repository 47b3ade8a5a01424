"""A backup holds tokens and no key: with the keys they open again, without them somebody signs in."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gleanery.errors import ConfigError
from gleanery.flow import read
from gleanery.flow.connecting import connect_as_app
from gleanery.flow.house import House
from gleanery.flow.rotating import rotate
from gleanery.flow.standing import standing
from gleanery.model.sources import SourceStatus
from tests.fakes.signing import SignIn, installed, source
from tests.flow.test_backing_up import backed_up, lose, restored
from tests.house import make_house


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignIn]:
    monkeypatch.syspath_prepend(str(installed(tmp_path)))
    with SignIn() as made:
        monkeypatch.setenv("SIGNING_SECRET", made.client_secret)
        yield made


@pytest.fixture
def house(platform: SignIn, tmp_path: Path) -> House:
    """A house that is connected."""
    made = make_house(tmp_path, sources=[source(platform, as_app=True)])
    connect_as_app(made, "signed", "lead")
    return made


def test_with_the_keys_a_restored_token_opens(house: House, platform: SignIn) -> None:
    backup = backed_up(house)
    with zipfile.ZipFile(backup) as archive:
        content = b"".join(map(archive.read, archive.namelist()))
    for key in house.token_keys.listed():
        assert key.encode() not in content
    lose(house)
    back, done = restored(house, backup)
    kept = back.tokens("signed").kept()
    assert kept is not None
    assert kept.grant.access.get_secret_value() == platform.families[0].access[0]
    assert any("signed" in note and "sources connect" in note for note in done.notes)


def test_without_its_key_it_is_told_with_the_remedy_and_a_new_sign_in_mends_it(
    house: House, platform: SignIn
) -> None:
    backup = backed_up(house)
    rotate(house, "lead")
    lose(house)
    back, _ = restored(house, backup)
    with pytest.raises(ConfigError, match=r"Restore the token keys.*sources connect signed"):
        back.tokens("signed").kept()
    [fault] = read(back, "signed").faults
    assert "gleanery sources connect signed" in fault[1]

    assert standing(back)[0]["status"] == SourceStatus.ACTION_REQUIRED
    connect_as_app(back, "signed", "lead")
    assert read(back, "signed").new_posts == 1
