"""What no hash covers is not taken from the house itself either, nor what would fill the memory."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.xapi.bundles.forging import agree, repacked, unpacked
from tests.xapi.bundles.ledgers import NOW, ORGANISATION, Ledger, a_ledger
from xapi.bundles import check
from xapi.checkpoints import sign
from xapi.walk import genesis


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return tmp_path / "bundle.zip"


# What the house itself could seal: every hash is right, and yet a reader would be told something else.


def first_line(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda text: change(text.partition(b"\n")[0]) + b"\n" + text.partition(b"\n")[2]


def content_moved_into_the_salt(line: bytes) -> bytes:
    told = json.loads(line)
    told["salt"] += told["content"][:12].encode().hex()
    return json.dumps(
        told | {"content": told["content"][12:]}, separators=(",", ":"), ensure_ascii=False
    ).encode()


def said_twice(name: str, other: str) -> Callable[[bytes], bytes]:
    return lambda line: line.replace(b"{", b'{"%s":"%s",' % (name.encode(), other.encode()), 1)


def said_after(more: bytes) -> Callable[[bytes], bytes]:
    return lambda line: line.removesuffix(b"}") + b"," + more + b"}"


def later_of_another_time(ledger: Ledger) -> Callable[[bytes], bytes]:
    """A second head for the last entry, as it was signed before a restore, in front of the one that holds."""
    other = sign(
        ledger.signer,
        organisation=ORGANISATION,
        log=ledger.name,
        epoch=1,
        seq=4,
        head=genesis("other"),
        at=NOW,
    )
    return lambda line: msgspec.json.encode(other) + b"\n" + line


SEALED_LIES: dict[str, tuple[str, str, Callable[[Ledger], Callable[[bytes], bytes]]]] = {
    "content moved into the salt": ("audit", "entries.jsonl", lambda _: content_moved_into_the_salt),
    "another content first": ("audit", "entries.jsonl", lambda _: said_twice("content", "{}")),
    "an authority nobody hashed": ("audit", "entries.jsonl", lambda _: said_after(b'"authority":"{}"')),
    "a remark": ("audit", "links.jsonl", lambda _: said_after(b'"remark":"checked"')),
    "another head after the signature": (
        "statements:main", "checkpoints.jsonl", lambda _: said_after(b'"head":"%s"' % (b"00" * 32)),
    ),
    "two heads of one entry": ("statements:main", "checkpoints.jsonl", later_of_another_time),
}  # fmt: skip


def a_sealed_lie(path: Path, name: str) -> Ledger:
    log, file, lie = SEALED_LIES[name]
    ledger = a_ledger(log)
    ledger.bundle(path, [6, 14])
    files = unpacked(path)
    files[file] = first_line(lie(ledger))(files[file])
    agree(files, ledger.signer)
    repacked(path, files, ledger.signer)
    return ledger


@pytest.mark.parametrize("name", list(SEALED_LIES))
def test_what_no_hash_covers_is_not_taken_from_the_house_either(bundle: Path, name: str) -> None:
    ledger = a_sealed_lie(bundle, name)
    assert not check(bundle, fingerprint=ledger.fingerprint).ok


def a_bomb(path: Path, size: int) -> None:
    """A bundle of one line without end, which packs to a thousandth."""
    ledger = a_ledger()
    ledger.bundle(path, [6])
    files = unpacked(path)
    files["entries.jsonl"] = b'{"seq":6,"content":"' + b" " * size
    agree(files, ledger.signer)
    repacked(path, files, ledger.signer)


def test_a_line_that_would_fill_the_memory_is_not_unpacked(bundle: Path) -> None:
    a_bomb(bundle, 1 << 28)
    tracemalloc.start()
    assert not check(bundle).ok
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 28
