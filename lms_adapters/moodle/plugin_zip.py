"""The plugin for Moodle as the zip that an administrator installs there.

It is licensed under the GPL, as all code that Moodle loads; the rest of the project is not. It travels as files and
speaks with the adapter over web services alone.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

FOLDER = Path(__file__).parent / "plugin"
_TOP = "gleanery"
"""Moodle takes the folder's name for that of the plugin: local/gleanery."""

_DATE = (1980, 1, 1, 0, 0, 0)


def shipped() -> tuple[str, bytes]:
    """The name for the file and its bytes, which are the same for the same plugin on every machine."""
    found = re.search(r"release = '([0-9.]+)'", (FOLDER / "version.php").read_text("utf-8"))
    release = found[1] if found else "0"
    return f"local_gleanery-{release}.zip", _zipped()


def _zipped() -> bytes:
    """Stored and not compressed: how well a library compresses changes with its version."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{_TOP}/{path.relative_to(FOLDER).as_posix()}", _DATE)
            entry.create_system = 3  # Unix, on every system
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, path.read_bytes())
    return stream.getvalue()
