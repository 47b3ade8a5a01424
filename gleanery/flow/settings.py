"""Settings changed while the house is open: config.yaml is written anew, its comments kept, whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml.error import YAMLError

from gleanery.config import Config, load
from gleanery.errors import BadInput, ConfigError, Denied, keep_secret
from gleanery.flow.house import House
from gleanery.flow.turns import alone
from gleanery.starter import edited, replace_file
from gleanery.vault import replace_key

Edit = Callable[[Any], None]
"""Changes the document of the configuration in place; it reads like a dict of dicts and lists."""

MAX_SECRET = 20_000
"""Characters of a secret: a key pair in PEM has some thousand."""


def change_settings(house: House, account: str, edit: Edit) -> None:
    """Change the configuration file and have the house follow it; one at a time, on this machine.

    What `edit` made is loaded before it takes the old one's place, and audited by the names of its sections.
    Raises: ConfigError where the outcome is no configuration, Denied where somebody wrote the file by hand meanwhile:
    then nothing is changed; what `edit` raises.
    """
    path = house.config.file
    if path is None:
        raise ConfigError(
            "This house was opened without a configuration file.", remedy="Start it with --config FILE."
        )
    with alone(turn_of(house.config)):
        house.notice_settings()
        before = _text(path)
        load(path)
        after = _edited(path, before, edit)
        changed = _sections(path, before, after)
        if changed:
            _write(house, account, path, before, after, changed)
        house.reload()


def turn_of(config: Config) -> Path:
    """The file at which those who change the settings wait for each other."""
    return config.data / "turns" / "settings.lock"


def _write(house: House, account: str, path: Path, before: str, after: str, changed: list[str]) -> None:
    """File and audit entry, both or neither."""
    try:
        with house.change() as change:
            actor = f"person:{house.person(change.session, account)}"
            change.audit("settings.changed", actor, "settings", sections=changed)
            change.session.flush()
            if _text(path) != before:
                raise Denied(
                    f"{path.name} was changed by hand at the same moment; nothing was changed here.",
                    remedy="Look at it as it is now, then save again.",
                )
            replace_file(path, after)
    except BaseException:
        if _text(path) == after:
            replace_file(path, before)
        raise


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read.", remedy="It must be a readable UTF-8 file.") from error


def _edited(path: Path, before: str, edit: Edit) -> str:
    try:
        return edited(before, edit)
    except YAMLError as error:
        raise ConfigError(f"{path.name} is not valid YAML.", remedy="Mend it by hand first.") from error


def _sections(path: Path, before: str, after: str) -> list[str]:
    """The names of the sections that differ, once the new text was loaded. Raises: ConfigError."""
    trial = path.with_name(f".{path.name}.trial")
    replace_file(trial, before)
    try:
        trial.chmod(0o600)
        old = load(trial).model_dump(exclude={"folder", "file"})
        replace_file(trial, after)
        new = load(trial).model_dump(exclude={"folder", "file"})
    finally:
        trial.unlink(missing_ok=True)
    return sorted(name for name in new if new[name] != old[name])


# --------------------------------------------------------------------------- secrets


def secret_file(house: House, name: str, value: str) -> dict[str, str]:
    """Keep a secret that somebody typed in a file of its own (mode 0600, in the key folder); its reference.

    `name` as in source-NAME.key; a file of that name is replaced. Raises: BadInput, ConfigError.
    """
    value = value.strip()
    if not value or len(value) > MAX_SECRET or not all(sign.isprintable() or sign == "\n" for sign in value):
        raise BadInput(
            f"What was entered for {name} is no secret.", remedy="Copy it again, without line ends."
        )
    keep_secret(value, lasting=True)
    path = _place(house, name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_key(path, value.encode())
    return {"file": str(path)}


def forget_secret(house: House, reference: object) -> bool:
    """Delete the file of a secret that was typed here; one of another place is left alone."""
    if not isinstance(reference, dict) or not isinstance(reference.get("file"), str):
        return False
    path = Path(reference["file"])
    if path.parent != _folder(house) or not path.exists():
        return False
    path.unlink()
    return True


def _place(house: House, name: str) -> Path:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,150}", name):
        raise BadInput("This cannot be the name of a secret.", remedy="Use small letters, digits, - and _.")
    return _folder(house) / name


def _folder(house: House) -> Path:
    return (house.keys / "secrets").resolve()
