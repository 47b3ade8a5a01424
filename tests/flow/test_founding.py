"""A house is founded once, and its keys are made once."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from sqlmodel import func, select

from gleanery.config import load
from gleanery.errors import ConfigError
from gleanery.flow import read, run
from gleanery.flow.founding import found_house, open_house
from gleanery.flow.house import House
from gleanery.model.people import Organisation
from gleanery.model.posts import Post
from tests.house import article, file_source, make_house, records, write_config


def keys_of(house: House) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in house.keys.iterdir()}


@pytest.fixture
def used(tmp_path: Path) -> House:
    """A house that has read and signed."""
    house = make_house(tmp_path, sources=[file_source(records(tmp_path, map(article, range(2))))])
    read(house, "catalogue")
    house.close()
    return house


def test_a_lost_key_folder_is_told_and_never_made_anew(tmp_path: Path, used: House) -> None:
    shutil.rmtree(used.keys)
    with pytest.raises(ConfigError, match=r"record\.key_folder") as caught:
        found_house(load(tmp_path / "config.yaml"))
    assert str(used.keys) in str(caught.value)
    house = open_house(load(tmp_path / "config.yaml"))
    for use in (lambda: house.signer, lambda: house.vault, lambda: run(house), house.verify):
        with pytest.raises(ConfigError, match="Restore"):
            use()
    assert not used.keys.exists()


def test_without_keys_nothing_is_written_that_could_not_be_signed(tmp_path: Path, used: House) -> None:
    shutil.rmtree(used.keys)
    records(tmp_path, map(article, range(5)))
    house = open_house(load(tmp_path / "config.yaml"))
    read(house, "catalogue")
    with house.store.read() as session:
        assert session.exec(select(func.count()).select_from(Post)).one() == 2


def test_one_lost_key_is_told_as_well(tmp_path: Path, used: House) -> None:
    (used.keys / "vault.key").unlink()
    with pytest.raises(ConfigError, match=r"vault\.key"):
        found_house(load(tmp_path / "config.yaml"))
    assert not (used.keys / "vault.key").exists()


def test_a_house_that_never_used_its_keys_gets_new_ones_by_init(tmp_path: Path) -> None:
    """Founding was interrupted, or the keys were lost before anything was signed or kept."""
    first = make_house(tmp_path)
    first.store.close()
    shutil.rmtree(first.keys)
    for place in ("data/checkpoints.jsonl", f"elsewhere/{first.organisation.id}.jsonl"):
        (tmp_path / place).unlink()
    again = found_house(load(tmp_path / "config.yaml"))
    assert set(keys_of(again)) == {"vault.key", "signing.pem"}
    assert all(verdict.ok for _, verdict in again.verify())


def test_founding_again_keeps_organisation_and_keys(tmp_path: Path, used: House) -> None:
    before = keys_of(used)
    again = found_house(load(tmp_path / "config.yaml"))
    assert again.organisation.id == used.organisation.id
    assert keys_of(again) == before


def test_a_key_folder_that_cannot_be_made_is_named_before_anything_is_founded(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file stands here")
    path = write_config(tmp_path, record={"key_folder": "taken"})
    with pytest.raises(ConfigError, match=r"record\.key_folder") as caught:
        found_house(load(path))
    assert str(tmp_path / "taken") in str(caught.value)
    with pytest.raises(ConfigError, match="no organisation"):
        open_house(load(path))


@pytest.mark.parametrize("database", ["sqlite", "elsewhere", "postgresql"])
def test_many_that_found_at_once_make_one_organisation(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    changes = {"elsewhere": {"database": f"sqlite:///{tmp_path / 'place.db'}"}}
    if database == "postgresql":
        monkeypatch.setenv("DATABASE", request.getfixturevalue("postgres_url"))
        changes["postgresql"] = {"database": {"env": "DATABASE"}}  # type: ignore[dict-item]
    config = load(write_config(tmp_path, **changes.get(database, {})))
    gate = threading.Barrier(5)
    houses: list[House] = []
    errors: list[Exception] = []

    def found() -> None:
        gate.wait()
        try:
            houses.append(found_house(config))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=found) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len({house.organisation.id for house in houses}) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [str(houses[0].organisation.id)]
    with houses[0].store.read() as session:
        assert len(session.exec(select(Organisation)).all()) == 1
    assert all(verdict.ok for _, verdict in houses[0].verify())
    for house in houses:
        house.store.close()


def test_a_database_at_another_place_is_founded_and_opened(tmp_path: Path) -> None:
    path = write_config(tmp_path, database=f"sqlite:///{tmp_path / 'elsewhere.db'}")
    with pytest.raises(ConfigError, match="gleanery init"):
        open_house(load(path))
    found = found_house(load(path))
    found.close()
    assert open_house(load(path)).organisation.id == found.organisation.id
    assert not (tmp_path / "data" / "gleanery.db").exists()
