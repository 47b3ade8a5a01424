"""Signed bundles: a part of a log that proves itself, away from its database.

A bundle is a zip file:

    README.txt          what this is and how to check it
    manifest.json       what was asked for, by whom it is signed, the SHA-256 and the size of each file below
    checkpoints.jsonl   the signed checkpoints that enclose the entries
    entries.jsonl       the entries that were asked for, whole: {seq, stored, salt, content, hash}
    links.jsonl         what lies between them, without content: {seq, stored, content_hash, hash}

Entries of a statement log also carry `id`, `authority` and, unless it is 1.0.3, `version`. The hash of an
entry covers the hash before it, its number, id, time, authority, the salted hash of its content, and version,
so links are enough to walk the chain from one checkpoint to the next, and tell no word of what they stand for.

The zip file's comment seals the whole: `gleanery bundle 1 KEY SIGNATURE`, both in hex; the signature is
Ed25519 over `gleanery bundle 1` and a line feed and the SHA-256 of every byte before the comment.
"""

from xapi.bundles.checking import Checked, check
from xapi.bundles.model import Manifest, Member
from xapi.bundles.writing import write

__all__ = ["Checked", "Manifest", "Member", "check", "write"]
