"""The ids behind the handles of the settings: X is asked once for each, as a handle may get another holder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from connectors.x.platform import Platform
from gleanery.errors import ConfigError, GleaneryError
from gleanery.ports import Context

_KEY = "accounts"
_AT_ONCE = 100


class Accounts:
    """The configured accounts, `#` and its number in the settings in place of an id that is not known (yet)."""

    def __init__(self, users: Sequence[str], ctx: Context, platform: Platform) -> None:
        self._names = [user if user.isdecimal() else f"@{user.removeprefix('@').lower()}" for user in users]
        self._ctx, self._platform = ctx, platform
        self._failure: GleaneryError | None = None

    @cached_property
    def ids(self) -> Sequence[str]:
        """In the order of the settings, each once."""
        known = self._resolved()
        found = [
            known.get(name, f"#{number}") if name.startswith("@") else name
            for number, name in enumerate(self._names, 1)
        ]
        return list(dict.fromkeys(found))

    def why(self, unknown: str) -> GleaneryError:
        """Why an account has no id: X could not be asked, or does not know the handle."""
        _ = self.ids
        return self._failure or ConfigError(
            f"x: X knows no account by the handle in `users`, entry {unknown.removeprefix('#')}.",
            remedy="Correct the handle, or give the account's id.",
        )

    def _resolved(self) -> dict[str, str]:
        known: dict[str, str] = self._ctx.store.get(_KEY) or {}
        wanted = [name for name in dict.fromkeys(self._names) if name.startswith("@") and name not in known]
        try:
            for at in range(0, len(wanted), _AT_ONCE):
                asked = [name.removeprefix("@") for name in wanted[at : at + _AT_ONCE]]
                known |= {f"@{handle}": one for handle, one in self._platform.users(asked).items()}
                self._ctx.store.put(_KEY, known)
        except GleaneryError as error:
            self._failure = error
        return known
