"""The demo: sample content goes the whole way, a late reply arrives, and a forged copy of the record is caught."""

from __future__ import annotations

import io
import json
import secrets
import shutil
import sqlite3
import string
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gleanery.config import Config, load
from gleanery.errors import ConfigError
from gleanery.flow import desk, run
from gleanery.flow.founding import found_house
from gleanery.flow.house import House
from gleanery.flow.verifying import summary, verdicts
from gleanery.model.items import ItemState

if TYPE_CHECKING:
    pass

_SAMPLES = files("gleanery.demo") / "samples"
_PHONE = "+49 30 23125 987"  # of a range set aside for fiction
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Tour:
    """What the demo did and found."""

    folder: Path
    counts: dict[str, int]
    states: dict[str, int]
    rows: tuple[desk.Row, ...]
    cartridge: str
    audit: str
    forged: str

    @property
    def page(self) -> str:
        """The command that shows the page."""
        return f"gleanery serve --config {self.folder / 'config.yaml'}"

    def as_json(self) -> dict[str, Any]:
        """The figures, and the items by state."""
        return {
            **self.counts,
            "audit": self.audit,
            "states": self.states,
            "forged_copy": self.forged,
            "cartridge": self.cartridge,
            "page": self.page,
        }


def tour(folder: Path, progress: Progress = lambda _what, _done, _all: None) -> Tour:
    """Go the whole way in `folder`; a second time adds nothing. Raises: ConfigError where it cannot be written."""
    folder = folder.resolve()
    try:
        is_first = _lay_out(folder)
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be written: {error.strerror}.", remedy="Choose another place with --folder."
        ) from error
    config = load(folder / "config.yaml")
    house = found_house(config)
    try:
        counts = run(house, progress).counts()
        if is_first or not (folder / "inbox" / "late").exists():
            _write_export(folder, late=True)
            counts = {name: counts[name] + number for name, number in run(house, progress).counts().items()}
        house.checkpoint()
        return Tour(
            folder,
            counts,
            desk.counts(house),
            desk.queue(house, tuple(ItemState), limit=1_000).rows,
            str(config.data / "files" / "cartridge" / "gleanery.imscc"),
            verdict_on(house),
            _forge_a_copy(config),
        )
    finally:
        house.close()


def verdict_on(house: House) -> str:
    """ "verified", or what is wrong with the record."""
    return summary(verdicts(house))


# --------------------------------------------------------------------------- the sample content


def _lay_out(folder: Path) -> bool:
    """Write configuration and inbox where they are missing; True the first time."""
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    if (folder / "config.yaml").exists():
        return False
    for name in ("catalogue.csv", "blog.xml"):
        (folder / "inbox" / name).write_bytes((_SAMPLES / name).read_bytes())
    (folder / "framework.csv").write_bytes((files("gleanery.demo") / "framework.csv").read_bytes())
    _write_export(folder, late=False)
    (folder / "config.yaml").write_bytes((_SAMPLES / "config.yaml").read_bytes())
    return True


def _write_export(folder: Path, *, late: bool) -> None:
    """Write the workspace's export; the newer one holds the late reply as well."""
    content = json.loads((_SAMPLES / "slack.json").read_text("utf-8"))
    days = {**content["days"], **(content["late"] if late else {})}
    members = {"channels.json": content["channels"], "users.json": content["users"], **days}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in members.items():
            text = json.dumps(value, indent=1)
            archive.writestr(name, text.replace("{TOKEN}", _token(folder)).replace("{PHONE}", _PHONE))
    (folder / "inbox" / "slack-export.zip").write_bytes(packed.getvalue())
    if late:
        (folder / "inbox" / "late").touch()


def _token(folder: Path) -> str:
    """A token in the form of a real service's, drawn by chance: the same in the newer export."""
    path = folder / "inbox" / "token.txt"
    if not path.exists():
        letters = string.ascii_letters + string.digits
        path.write_text("ghp_" + "".join(secrets.choice(letters) for _ in range(36)))
    return path.read_text()


# --------------------------------------------------------------------------- the forged copy


def _forge_a_copy(config: Config) -> str:
    """Alter one statement in a copy of the data folder and verify the copy: what the auditor would read."""
    with tempfile.TemporaryDirectory(prefix="gleanery-forged-") as temporary:
        copy = Path(temporary) / "data"
        shutil.copytree(config.data, copy)
        with sqlite3.connect(copy / "gleanery.db") as database:
            database.execute("UPDATE lrs_statement SET stored = stored + 1 WHERE seq = 3")
        database.close()
        from gleanery.flow.founding import open_house

        house = open_house(config.model_copy(update={"data": copy}))
        try:
            return verdict_on(house)
        finally:
            house.store.close()
