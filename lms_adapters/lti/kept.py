"""Secrets of ours that are made when they are first needed."""

from __future__ import annotations

from collections.abc import Callable

from gleanery.errors import Unreachable
from gleanery.ports import Context

_MAKING = 20


def kept_secret(ctx: Context, name: str, make: Callable[[], bytes]) -> bytes:
    """The secret of a name, made by one process only. Raises: Unreachable while another makes it."""
    found = ctx.secrets.get(name)
    if found is None and ctx.store.lease(f"making:{name}", _MAKING):
        found = ctx.secrets.get(name)
        if found is None:
            found = make()
            ctx.secrets.put(name, found)
    if found is None:
        found = ctx.secrets.get(name)
    if found is None:
        raise Unreachable("lti: our keys are being made.", remedy="Try it again in a moment.", retry_after=1)
    return found
