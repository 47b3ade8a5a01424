"""What the libraries of others leave to an LMS: addresses, the gradebook and the roster in memory."""

from __future__ import annotations

import sys
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PORT, TOOL = int(sys.argv[2]), sys.argv[3]
URL = f"http://127.0.0.1:{PORT}"
CLIENT, DEPLOYMENT, COURSE = "client-of-ours", "1", "course-1"
PEOPLE = [f"person-{number}" for number in range(7)]
PER_PAGE = 3
seen: dict[str, Any] = {"lines": {}, "scores": [], "items": [], "launch": {}}


def made_key() -> tuple[str, str]:
    """A private and a public key as PEM."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, why: str = "") -> None:
        super().__init__(why)
        self.status = status


def members_page(page: int) -> tuple[list[dict[str, Any]], bool]:
    """A page of the roster, and whether more follow."""
    start = (page - 1) * PER_PAGE
    here = [
        {"user_id": one, "roles": ["Learner"], "name": f"Name of {one}", "status": "Active"}
        for one in PEOPLE[start : start + PER_PAGE]
    ]
    return here, start + PER_PAGE < len(PEOPLE)


def made_line(told: dict[str, Any]) -> dict[str, Any]:
    """A new column of the gradebook."""
    number = str(len(seen["lines"]) + 1)
    seen["lines"][number] = told | {"id": f"{URL}/lineitems/{number}"}
    return dict(seen["lines"][number])


def kept_score(number: str, told: dict[str, Any]) -> None:
    """Take a score in. Raises: Refusal."""
    if number not in seen["lines"]:
        raise Refusal(404)
    if told["userId"] not in PEOPLE:
        raise Refusal(422)
    last = [one for line, one in seen["scores"] if line == number and one["userId"] == told["userId"]]
    if last and told["timestamp"] <= last[-1]["timestamp"]:
        raise Refusal(409)
    seen["scores"].append((number, told))


def role_of(role: str) -> str:
    """A role by its address."""
    name = "Instructor" if role == "instructor" else "Learner"
    return f"http://purl.imsglobal.org/vocab/lis/v2/membership#{name}"


def results_of(number: str) -> list[dict[str, Any]]:
    """The last score of everybody in a column."""
    last = {one["userId"]: one for line, one in seen["scores"] if line == number and "scoreGiven" in one}
    return [
        {"id": f"{URL}/lineitems/{number}/results/{user}", "userId": user, "resultScore": one["scoreGiven"],
         "resultMaximum": one["scoreMaximum"]}
        for user, one in last.items()
    ]  # fmt: skip
