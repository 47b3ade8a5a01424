"""Checks a bundle that gleanery exported, without gleanery: one file, to be read before it is believed.

    python3 check_bundle.py BUNDLE.zip --key FINGERPRINT

It needs Python 3.11 and the package `cryptography`, opens the bundle and nothing else, and writes nothing.
Exit code 0: it is whole. Exit code 1: it is not, and the first bad entry is named.
Without --key it only says that the bundle agrees with itself: anybody can sign with a key of their own.

WHAT IS PROVEN, IN FIVE STEPS

1. The seal. The file ends with "gleanery bundle 1 KEY SIGNATURE". The signature covers every byte before it.
   The SHA-256 of KEY must be the fingerprint that you were told by another way than the file came.
2. The manifest. The zip holds five files; manifest.json names the SHA-256 of three of them.
3. The checkpoints. Each line of checkpoints.jsonl was signed by the same key when the log had come to entry
   `seq`: its hash was `head`. If you were sent checkpoints at that time, compare them: they should be here.
4. The chain. The hash of an entry is SHA-256 over the hash before it, then each of these with its length:
   number, id, time, authority, the SHA-256 of (salt + content), version. entries.jsonl holds entries with their
   content; links.jsonl holds the others by that last hash alone. Put in order they must lead from the head of
   one checkpoint to the head of the next: so no entry was altered, moved, put in or left out between them.
5. The counts of the manifest.

What is not proven: that the filter in the manifest left out nothing you wanted. Links have no content; ask
for the entries whose numbers you miss.
"""

import argparse
import hashlib
import heapq
import json
import re
import sys
import zipfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FILES = ["README.txt", "manifest.json", "checkpoints.jsonl", "entries.jsonl", "links.jsonl"]
SEAL = re.compile(rb"gleanery bundle 1 ([0-9a-f]{64}) ([0-9a-f]{128})")
SEAL_LENGTH = len("gleanery bundle 1 ") + 64 + 1 + 128
LONGEST = 1 << 26  # bytes of a line: what is longer was made to fill the memory
LINK, OF_STATEMENTS = {"seq", "stored", "hash", "content_hash"}, {"id", "authority", "version"}
PARTS = {"links": LINK, "entries": {"seq", "stored", "hash", "salt", "content"}}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Bad(Exception):
    """Something that does not hold."""


def require(holds, words):
    """Goes on only where something holds."""
    if not holds:
        raise Bad(words)


def is_signed(key, signature, message):
    with suppress(InvalidSignature):
        return Ed25519PublicKey.from_public_bytes(key).verify(signature, message) is None
    return False


def once(pairs):
    """A JSON object in which no name stands twice: others would read the other value."""
    require(len(dict(pairs)) == len(pairs), "a name stands twice in one object")
    return dict(pairs)


def read_seal(path):
    """1. The key that the file names, and whether it signed every byte before the seal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        end = max(0, file.seek(0, 2) - SEAL_LENGTH)
        file.seek(0)
        while chunk := file.read(min(end - file.tell(), 1 << 20)):
            digest.update(chunk)
        seal = SEAL.fullmatch(file.read())
    require(seal, "the file carries no seal: it is no bundle, or its end was cut off")
    key, signature = (bytes.fromhex(part.decode()) for part in seal.groups())
    return key, is_signed(key, signature, b"gleanery bundle 1\n" + digest.digest())


def read_manifest(archive, key):
    """2. What the bundle claims to be."""
    require(archive.namelist() == FILES, f"the zip does not hold just {', '.join(FILES)}")
    manifest = json.loads(archive.open("manifest.json").read(1 << 20), object_pairs_hook=once)
    require(manifest["public_key"] == key.hex(), "the manifest names another key than the seal")
    return manifest


def lines(archive, name, manifest):
    """The lines of a file; at its end, size and SHA-256 are compared with the manifest."""
    digest, size, told = hashlib.sha256(), 0, manifest["files"][name]
    with archive.open(name) as file:
        while size <= told["bytes"] and (line := file.readline(LONGEST)):
            digest.update(line)
            size += len(line)
            yield line
    is_that = (digest.hexdigest(), size) == (told["sha256"], told["bytes"])
    require(is_that, f"{name} is not the file of the manifest")


def read_checkpoints(archive, manifest, key):
    """3. The signed heads, by entry number. Number 0 is the beginning of the log, which needs no signature."""
    heads = {0: hashlib.sha256(b"gleanery log 1\n" + manifest["log"].encode()).digest()}
    count, last = 0, 0
    for line in lines(archive, "checkpoints.jsonl", manifest):
        start, _, end = line.rpartition(b',"signature":"')
        signed, signature = start + b"}", bytes.fromhex(end.removesuffix(b'"}\n').decode())
        checkpoint = json.loads(signed, object_pairs_hook=once)  # nothing is read that was not signed
        seq, head = checkpoint["seq"], bytes.fromhex(checkpoint["head"])
        where = f"the checkpoint at {seq}"
        require(is_signed(key, signature, b"gleanery checkpoint 1\n" + signed), f"{where}: nobody signed it")
        for name in ("organisation", "log"):
            require(checkpoint[name] == manifest[name], f"{where} is of another {name}")
        require(seq > last or (seq == last and heads[last] == head), f"{where} contradicts the one before it")
        heads[seq], last, count = head, seq, count + 1
    return heads, count


def entry_hash(entry, previous):
    """The hash of an entry, which continues the one before it."""
    content = bytes.fromhex(entry.get("content_hash", ""))
    if "content" in entry:
        content = hashlib.sha256(bytes.fromhex(entry["salt"]) + entry["content"].encode()).digest()
    micros = (datetime.fromisoformat(entry["stored"]) - EPOCH) // timedelta(microseconds=1)
    parts = [entry["seq"].to_bytes(8, "big"), micros.to_bytes(8, "big"), content]
    if "id" in entry:  # a statement: id before the time, authority after it
        parts[1:2] = [UUID(entry["id"]).bytes, parts[1], entry["authority"].encode()]
    if "version" in entry:  # a statement of another version of xAPI than 1.0.3
        parts.append(entry["version"].encode())
    return hashlib.sha256(previous + b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()


def follow(entries, heads):
    """4. Walks the entries in order from checkpoint to checkpoint."""
    seq, previous, sure = 0, heads[0], 0
    for entry in entries:
        number = entry["seq"]
        if number != seq + 1:  # a gap must begin and end at a checkpoint
            require(number > seq, f"entry {number} stands there twice or too late")
            require(seq in heads, f"entry {seq + 1} is missing")
            before = max(head for head in heads if head < number)
            require(before == number - 1, f"entry {before + 1} is missing")
            previous, sure = heads[before], before
        previous, seq = entry_hash(entry, previous), number
        require(previous.hex() == entry["hash"], f"entry {seq} is not what was recorded")
        rewritten = f"one or more of the entries {sure + 1} to {seq} were rewritten after they were signed"
        require(heads.get(seq, previous) == previous, rewritten)
        sure = seq if seq in heads else sure
    require(seq in heads, f"entry {seq + 1} is missing: no checkpoint vouches for entry {seq}")


def check(path):
    """Manifest and fingerprint of a bundle that is whole. Raises Bad."""
    key, is_sealed = read_seal(path)
    with zipfile.ZipFile(path) as archive:
        manifest = read_manifest(archive, key)
        heads, checkpoints = read_checkpoints(archive, manifest, key)
        counts = {"entries": 0, "links": 0, "checkpoints": checkpoints}

        def read(kind):
            for line in lines(archive, f"{kind}.jsonl", manifest):
                entry = json.loads(line, object_pairs_hook=once)
                counts[kind] += 1
                parts = set(entry) - (OF_STATEMENTS if "id" in entry else set())
                require(parts == PARTS[kind], f"entry {entry['seq']} is not written as {kind} are")
                require(len(entry.get("salt", "0" * 32)) == 32, f"entry {entry['seq']}: a salt has 16 bytes")
                yield entry

        follow(heapq.merge(read("entries"), read("links"), key=lambda entry: entry["seq"]), heads)
    require(is_sealed, "the file was changed after it was sealed")
    require(all(manifest[kind] == count for kind, count in counts.items()), "the manifest counts otherwise")
    return manifest, hashlib.sha256(key).hexdigest()


def main():
    arguments = argparse.ArgumentParser(description="Checks a bundle that gleanery exported.")
    arguments.add_argument("bundle")
    arguments.add_argument("--key", help="fingerprint of the key: its SHA-256, 64 hex digits")
    asked = arguments.parse_args()
    try:
        manifest, fingerprint = check(asked.bundle)
        is_told = asked.key is None or re.sub(r"[\s:]", "", asked.key).lower() == fingerprint
        require(is_told, f"the bundle is sealed by another key: {fingerprint}")
    except Bad as bad:
        sys.exit(f"NOT WHOLE: {bad}")
    except Exception as error:  # whatever a damaged file makes the zip and JSON readers say
        sys.exit(f"NOT WHOLE: the file is damaged ({type(error).__name__}: {error})")
    of = f"{manifest['log']}, organisation {manifest['organisation']}"
    print(f"whole: {manifest['entries']} entries of {of}")
    print(f"asked for: {json.dumps(manifest['filter'])}, made {manifest['made_at']}")
    print(f"sealed by {fingerprint}{': compare it with what you were told' if asked.key is None else ''}")


if __name__ == "__main__":
    main()
