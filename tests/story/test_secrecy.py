"""Secrets of every kind are planted, things go well and wrong, and then every file and every output is searched."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from gleanery.config import load
from gleanery.flow.founding import open_house
from tests.conftest import ROOT
from tests.fakes.signing import SignIn, installed, source
from tests.flow.test_connecting import signed_in_at
from tests.house import write_config
from tests.test_cli import gleanery, terminal

__all__ = ["terminal"]

WORDS = "What a beginner should know about ladders before the first day."


class Place:
    """A folder in which an administrator works; everything that was printed is kept."""

    def __init__(self, folder: Path, platform: SignIn, site: Path) -> None:
        self.folder, self.platform = folder, platform
        self.printed: list[str] = []
        self._environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(site), str(ROOT)))}

    def configure(self, clumsy: str = "") -> None:
        """Two sources: what is clumsy raises what it was sent."""
        write_config(
            self.folder,
            sources=[source(self.platform), source(self.platform, "clumsy", as_app=True, clumsy=clumsy)],
            destinations=[{"name": "cartridge", "adapter": "cartridge"}],
        )

    def tell(self, *words: str) -> None:
        """A command that has to go well, in this process."""
        done = gleanery(*words, cwd=self.folder)
        self.printed += [done.stdout, done.stderr]
        assert done.returncode == 0, done.stderr

    def run(self, *words: str) -> tuple[int, str]:
        """A command in a process of its own: its exit code and all that it printed."""
        done = self._start(*words)
        out, err = done.communicate(timeout=60)
        self.printed += [out, err]
        return done.returncode, out + err

    def connect(self) -> None:
        """Sign in with the browser elsewhere."""
        command = self._start("sources", "connect", "signed", "--paste")
        assert command.stderr is not None
        address = next(line.strip() for line in command.stderr if line.startswith("http"))
        out, err = command.communicate(signed_in_at(address) + "\n", timeout=60)
        self.printed += [out, err]
        assert command.returncode == 0, err

    def _start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "gleanery", *words],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    site = installed(tmp_path)
    monkeypatch.syspath_prepend(str(site))
    with SignIn() as platform:
        monkeypatch.setenv("SIGNING_SECRET", platform.client_secret)
        platform.posts, platform.lasts = {"1": WORDS}, 0
        yield Place(tmp_path / "house", platform, site)


def forms(secret: str) -> set[bytes]:
    """How a secret may stand somewhere."""
    plain = secret.encode()
    coded = {base64.b64encode(plain[start:])[2:-4] for start in range(3)}
    return {plain, quote(secret, safe="").encode(), *coded}


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, and what is packed into it."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        yield path.name, path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{path.name}:{name}", archive.read(name)) for name in archive.namelist())
        if path.suffix == ".parquet":
            from pyarrow import parquet

            yield f"{path.name}:rows", str(parquet.read_table(path).to_pylist()).encode()


def found(secrets: set[str], places: list[tuple[str, bytes]]) -> list[str]:
    """Where a secret stands."""
    return [
        name for secret in secrets for form in forms(secret) for name, content in places if form in content
    ]


def test_no_secret_stands_in_any_file_or_output(place: Place) -> None:
    """The lifetimes are over at once, so that every reading renews; the last ones fail in every way."""
    place.configure()
    place.tell("init")
    place.connect()
    place.tell("sources", "connect", "clumsy")
    watched = open_house(load(place.folder / "config.yaml"))  # keeps the write-ahead log from being folded up
    with watched.store.read() as session:
        session.connection().exec_driver_sql("SELECT * FROM source_token").fetchall()
        assert place.run("run")[0] == 0
        place.platform.echo = True
        place.configure(clumsy="raises")
        _, said = place.run("read")
        assert "cannot serve Bearer ********" in said
        assert "RuntimeError" in said
        place.configure(clumsy="crashes")
        code, said = place.run("read", "clumsy")
        assert (code, "Traceback" in said, "Bearer ********" in said) == (1, True, True)
        for name in ("audit.jsonl", "audit.csv", "audit.parquet", "audit.zip"):
            place.tell("audit", "export", "--out", name)
        place.tell("backup", "create", "--out", "backup.zip")
        place.tell("sources", "list", "--json")
        searched = [*contents(place.folder), ("printed", "\n".join(place.printed).encode())]
    watched.store.close()
    names = {name for name, content in searched if content}
    assert {"gleanery.db", "gleanery.db-wal", "backup.zip:gleanery.db", "audit.parquet:rows"} <= names
    assert any(WORDS.encode() in content for _, content in searched)
    secrets = place.platform.secrets
    assert len(secrets) >= 8
    assert found(secrets, searched) == []
    assert found({place.platform.client_id}, searched) != []
