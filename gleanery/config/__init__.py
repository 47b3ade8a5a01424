"""One YAML file becomes one frozen configuration; unknown keys are refused with the nearest valid name.

Secrets never stand in the file: write `{env: NAME}` or `{file: PATH}` where a secret is wanted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, SecretStr, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from gleanery.config.names import nearest
from gleanery.config.record import ForwardSettings, MailSettings, SendSettings
from gleanery.config.settings import (
    Config,
    DestinationSettings,
    FrameworkSettings,
    GoalSettings,
    ServeSettings,
    SourceSettings,
)
from gleanery.config.signing_in import ProviderSettings, SigningInSettings
from gleanery.errors import ConfigError, keep_secret

__all__ = [
    "Config",
    "DestinationSettings",
    "ForwardSettings",
    "FrameworkSettings",
    "GoalSettings",
    "MailSettings",
    "ProviderSettings",
    "SendSettings",
    "ServeSettings",
    "SigningInSettings",
    "SourceSettings",
    "checked",
    "load",
    "plugin_settings",
    "secret",
]

M = TypeVar("M", bound=BaseModel)


def load(path: Path) -> Config:
    """The configuration in `path`. Raises: ConfigError naming the key, the line or the remedy."""
    tree = _read_yaml(path)
    folder = path.resolve().parent
    if "GLEANERY_DATA" in os.environ:
        tree["data"] = os.environ["GLEANERY_DATA"]
    if "database" in tree:
        tree["database"] = _secret(tree["database"], "database", folder)
    tree.setdefault("data", "data")
    for place in _SECRETS:
        _fetch(tree, place, folder)
    config = checked(Config, tree, path.name)
    return _anchored(config, folder).model_copy(update={"file": path.resolve()})


_SECRETS = (
    "record.send_checkpoints.mail.password",
    "record.send_checkpoints.webhook.secret",
    "digests.mail.password",
    "digests.slack_token",
    "digests.slack_webhook",
)
"""Where in the house's own settings a secret may be wanted."""


def _fetch(tree: dict[str, Any], place: str, folder: Path) -> None:
    """Put the secret of a place into the tree, if it is asked for there."""
    *sections, name = place.split(".")
    here: Any = tree
    for section in sections:
        here = here.get(section) if isinstance(here, dict) else None
    if isinstance(here, dict) and here.get(name) is not None:
        here[name] = _secret(here[name], place, folder)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"There is no file {path}.", remedy="Run `gleanery init` to make one, or give --config FILE."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read: {error}.", remedy="It must be a readable UTF-8 file."
        ) from error
    try:
        tree = YAML(typ="safe").load(text)
    except YAMLError as error:
        raise ConfigError(
            f"{path.name} is not valid YAML: {_yaml_place(error)}.", remedy="Put text with : or # in quotes."
        ) from error
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise ConfigError(f"{path.name} must hold keys and values.", remedy="See config.example.yaml.")
    return tree


def _yaml_place(error: YAMLError) -> str:
    """Where and what; the line itself is not shown, it may hold a secret, nor is the value of a key."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return "it cannot be parsed"
    mark = error.problem_mark
    twice = isinstance(error, DuplicateKeyError)
    problem = "a key stands twice" if twice else error.problem or "cannot be parsed"
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}"


def _anchored(config: Config, folder: Path) -> Config:
    """The same configuration with every relative path taken from `folder`."""
    record = config.record.model_copy(
        update={
            "key_folder": _path(config.record.key_folder, folder),
            "second_place": _path(config.record.second_place, folder),
            "send_checkpoints": _anchored_sending(config.record.send_checkpoints, folder),
        }
    )
    frameworks = tuple(f.model_copy(update={"path": _path(f.path, folder)}) for f in config.frameworks)
    http = config.http.model_copy(update={"ca_file": _path(config.http.ca_file, folder)})
    serve = config.serve.model_copy(
        update={
            "tls_certificate": _path(config.serve.tls_certificate, folder),
            "tls_key": _path(config.serve.tls_key, folder),
        }
    )
    return config.model_copy(
        update={
            "data": _path(config.data, folder),
            "record": record,
            "frameworks": frameworks,
            "http": http,
            "serve": serve,
            "folder": folder,
        }
    )


def _anchored_sending(sending: SendSettings, folder: Path) -> SendSettings:
    ca_file = _path(sending.timestamp.ca_file, folder)
    return sending.model_copy(update={"timestamp": sending.timestamp.model_copy(update={"ca_file": ca_file})})


def _path(path: Path | None, folder: Path) -> Path | None:
    return None if path is None else folder / path.expanduser()


def checked(model: type[M], tree: Mapping[str, Any], where: str) -> M:
    """`tree` as a checked model. Raises: ConfigError naming the key and the nearest valid name."""
    try:
        return model.model_validate(dict(tree))
    except ValidationError as error:
        message, remedy = _explain(model, error, where)
        raise ConfigError(message, remedy=remedy) from None


def _explain(model: type[BaseModel], error: ValidationError, where: str) -> tuple[str, str]:
    """The first fault in words, and the remedy; the value itself is never shown."""
    errors = error.errors(include_input=False, include_url=False)
    misspelt = [one for one in errors if one["type"] == "extra_forbidden"]
    first = (misspelt or errors)[0]  # a required key that seems to be missing is often the misspelt one
    location = [str(part) for part in first["loc"]]
    place = ".".join(location) or "the file"
    if first["type"] == "extra_forbidden":
        known = _fields_at(model, location[:-1])
        return f"Unknown key {place!r} in {where}.", nearest(location[-1], known)
    if first["type"] == "missing":
        return f"{place!r} is missing in {where}.", f"Add {location[-1]!r}; see config.example.yaml."
    told = first["msg"].removeprefix("Value error, ")
    return f"{place!r} in {where}: {told}.", "See config.example.yaml for what is allowed there."


def _fields_at(model: type[BaseModel], location: list[str]) -> list[str]:
    """The names valid at a place in the tree; list positions are passed over."""
    here: Any = model
    for part in location:
        if part.isdigit():
            continue
        here = _model_in(here.model_fields[part].annotation)
    return [name for name, field in here.model_fields.items() if not field.exclude]


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, (_model_in(part) for part in get_args(annotation))), None)


def plugin_settings(model: type[M], tree: Mapping[str, Any], where: str, folder: Path) -> M:
    """A plugin's settings: secrets fetched from where the file points, relative paths anchored at `folder`.

    Raises: ConfigError for an unknown key, a secret written into the file, or a missing variable or file.
    """
    values = dict(tree)
    for name, field in model.model_fields.items():
        if values.get(name) is None or isinstance(values[name], SecretStr):
            continue
        if _holds(field.annotation, SecretStr):
            values[name] = _secret(values[name], f"{where}.{name}", folder)
        elif _holds(field.annotation, Path):
            values[name] = _anchored_paths(values[name], folder)
    return checked(model, values, where)


def secret(reference: Mapping[str, str], where: str, folder: Path) -> SecretStr:
    """The secret that `{env: NAME}` or `{file: PATH}` points to. Raises: ConfigError naming what is missing."""
    return SecretStr(_secret(dict(reference), where, folder))


def _holds(annotation: Any, kind: type) -> bool:
    return annotation is kind or any(_holds(part, kind) for part in get_args(annotation))


def _anchored_paths(value: Any, folder: Path) -> Any:
    if isinstance(value, list):
        return [_anchored_paths(one, folder) for one in value]
    return folder / Path(value).expanduser() if isinstance(value, str) else value


def _secret(value: Any, where: str, folder: Path) -> str:
    match value:
        case {"env": str(name), **rest} if not rest:
            return _noted(_from_environment(name, where))
        case {"file": str(name), **rest} if not rest:
            return _noted(_from_file(folder / Path(name).expanduser(), where))
        case str(text) if where == "database" and not _holds_password(text):
            return text
    raise ConfigError(
        f"A secret is written into the configuration at {where}.",
        remedy="Take it out of the file (and renew it, if others could read it); "
        "write {env: NAME} or {file: PATH} there.",
    )


def _noted(value: str) -> str:
    """The secret; from now on it is cut out of messages and logs."""
    keep_secret(value, lasting=True)
    return value


_password_set = re.compile(r"(?:^|[?&\s])\w*pass(?:word|wd)?\s*=", re.IGNORECASE)


def _holds_password(address: str) -> bool:
    """Whether a database address holds a password, before the host or among its parameters."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return True  # no address: whatever it is, it is not repeated
    return bool(parts.password) or _password_set.search(unquote(address)) is not None


def _from_environment(name: str, where: str) -> str:
    if value := os.environ.get(name):
        return value
    raise ConfigError(
        f"{where} is to come from the environment variable {name}, which is not set.", remedy=f"Set {name}."
    )


def _from_file(path: Path, where: str) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{where} is to come from {path}, which cannot be read.", remedy="Check the path and its rights."
        ) from error
