"""Whatever a plugin raises that is no deliberate error becomes one that names the plugin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from gleanery.errors import BrokenPlugin, GleaneryError

log = structlog.get_logger()


@contextmanager
def blaming(kind: str, name: str) -> Iterator[None]:
    """Run plugin code. Raises: BrokenPlugin for anything but a GleaneryError; the details go to the log."""
    try:
        yield
    except GleaneryError:
        raise
    except Exception as error:
        log.exception("plugin.failed", kind=kind, plugin=name)
        raise BrokenPlugin(
            f"The {kind} {name!r} failed in a way it should not ({type(error).__name__}).",
            remedy="Update it, or tell its makers; the log has the details.",
        ) from error
