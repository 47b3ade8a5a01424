"""Statements by the handful, and their ids as they come back."""

from __future__ import annotations

from typing import Any

from tests.xapi.conformance.rules import small
from tests.xapi.http.running import Client, Reply


def ids(reply: Reply) -> list[str]:
    """The ids of a page."""
    assert reply.status == 200, reply.body
    return [one["id"] for one in reply.json["statements"]]


def about(target: str) -> dict[str, Any]:
    """A statement that speaks of another."""
    return {**small(), "object": {"objectType": "StatementRef", "id": target}}


def posted(client: Client, count: int) -> list[str]:
    """The ids of new statements, the oldest first."""
    return [str(one) for one in client.post([small() for _ in range(count)]).json]
