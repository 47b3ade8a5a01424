"""Files that are there whole or not at all, and for their owner alone: exports speak of people."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gleanery.errors import ConfigError

_STEP = 500


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A passing file beside `path` that takes its place at the end; removed after any error. Raises: ConfigError."""
    passing = path.with_name(f".{path.name}.part")
    try:
        os.close(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        yield passing
        with passing.open("rb") as file:
            os.fsync(file.fileno())
        passing.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        passing.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> ConfigError:
    """The error that names the place and its remedy."""
    return ConfigError(
        f"{path} cannot be written: {error.strerror}.", remedy="Choose another place with --out."
    )


def write_lines(path: Path, entries: Iterable[str], total: int, progress: Callable[[int, int], None]) -> int:
    """Write the lines; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for count, line in enumerate(entries, 1):
            file.write(line + "\n")
            if count % _STEP == 0:
                progress(count, total)
    return count
