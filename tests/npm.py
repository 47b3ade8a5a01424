"""Programs of others from npm, of the exact versions of tests/node, installed once into a folder outside the tree."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent / "node"
NEEDED = ("package.json", "package-lock.json")


def node_modules() -> Path:
    """The folder `node_modules` with what tests/node names, made at the first call."""
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gleanery-tests"
    lock = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in NEEDED)).hexdigest()
    made = kept / f"node-{lock[:16]}"
    if not made.exists():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as folder:
            _install(Path(folder))
            if not made.exists():  # another run may have been faster
                Path(folder, "tree").rename(made)
    return made / "node_modules"


def _install(folder: Path) -> None:
    tree = folder / "tree"
    tree.mkdir()
    for name in NEEDED:
        shutil.copy(HERE / name, tree)
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            "npm is missing: install Node.js with npm; packages that LMSs play are tested with it"
        )
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RuntimeError(
            f"npm could not install what tests/node names: let it reach its registry and run the tests again.\n"
            f"{done.stdout[-2_000:]}"
        )
