"""Column types: times as UTC microseconds, enums by value, ids derived from what they name."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import BigInteger, Column, Dialect, Enum, String, text
from sqlalchemy.types import TypeDecorator

NAMESPACE = UUID("6f0b1c0e-3a55-5d0b-9c39-0f4a3c1f6a10")
"""The project's own namespace for derived ids."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(value: datetime) -> int:
    """Microseconds since 1970 of an aware time. Raises: ValueError for a naive one."""
    if value.tzinfo is None:
        raise ValueError("a time without zone reached the database; give an aware one")
    return (value - _EPOCH) // timedelta(microseconds=1)


class UtcMicros(TypeDecorator[datetime]):
    """An aware time, kept as microseconds since 1970 in a BIGINT; refuses naive times."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=int(value))


def enum_column(kind: type[StrEnum], *, nullable: bool = False, **extra: Any) -> Column[Any]:
    """A text column that keeps the enum's value and refuses any other."""
    values = Enum(kind, native_enum=False, length=32, values_callable=lambda e: [m.value for m in e])
    return Column(values, nullable=nullable, **extra)


def sorted_by_bytes() -> String:
    """A text that is compared byte by byte, whatever the language of the database."""
    return String().with_variant(String(collation="C"), "postgresql")


def only_where(condition: str) -> dict[str, Any]:
    """What makes an index one of the rows that meet a condition, in both databases' words."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def derived_id(*parts: str | int | None) -> UUID:
    """A UUIDv5 over the canonical JSON array of `parts`: equal parts, equal id, on every machine."""
    return uuid5(NAMESPACE, _canonical.encode(parts))
