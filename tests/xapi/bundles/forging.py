"""What a forger does to a bundle: its files taken out, changed and packed again."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xapi.bundles import seal
from xapi.signer import Signer

Files = dict[str, bytes]


def unpacked(path: Path) -> Files:
    """The files of a bundle, in their order."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(path: Path, files: Files, signer: Signer | None) -> None:
    """The files as a bundle again; sealed where the forger has a key, else with the old seal kept as it is."""
    old = path.read_bytes()[-seal.LENGTH :]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = old
        for name, content in files.items():
            archive.writestr(name, content)
    if signer is not None:
        seal.put(path, signer)


def rewritten(path: Path, name: str, change: Callable[[list[Any]], None], signer: Signer | None) -> None:
    """Change the lines of a file; the manifest is made to agree."""
    files = unpacked(path)
    lines = [json.loads(line) for line in files[name].splitlines()]
    change(lines)
    files[name] = b"".join(
        json.dumps(one, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" for one in lines
    )
    agree(files, signer)
    repacked(path, files, signer)


def agree(files: Files, signer: Signer | None) -> None:
    """Make the manifest tell the files there are, and the forger's key."""
    manifest = json.loads(files["manifest.json"])
    for name in manifest["files"]:
        content = files[name]
        manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        manifest[name.partition(".")[0]] = content.count(b"\n")
    if signer is not None:
        manifest["public_key"], manifest["key_id"] = signer.public_bytes().hex(), signer.key_id
    files["manifest.json"] = json.dumps(manifest).encode()
