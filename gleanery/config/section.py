"""What the sections of the configuration are made of."""

from __future__ import annotations

from typing import Annotated, Any, Protocol, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http or https address")
    return value.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_web_address)]


class Section(BaseModel):
    """A part of the configuration: what is not known in it is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


NamedParts = TypeVar("NamedParts", bound=tuple[_Named, ...])


def distinct(parts: NamedParts) -> NamedParts:
    """What is found by its name must be the only one of that name."""
    names = [part.name for part in parts]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two of them are named {name!r}; rename one")
    return parts


def _secret_reference(value: Any) -> Any:
    """Refuse a secret that is written out; the value is not repeated."""
    if isinstance(value, dict) and len(value) == 1 and value.keys() <= {"env", "file"}:
        return value
    raise ValueError("a secret never stands here: write {env: NAME} or {file: PATH}")


SecretReference = Annotated[
    dict[str, str],
    BeforeValidator(_secret_reference),
    WithJsonSchema({"type": "string", "format": "password"}),
]
