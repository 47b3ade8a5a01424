"""What happens to frameworks and competencies, in words."""

from __future__ import annotations

from collections.abc import Mapping

from gleanery.model.frameworks import ChangeKind, VersionState
from gleanery.web.words import N_

KINDS: Mapping[ChangeKind, str] = {
    ChangeKind.ADDED: N_("new"),
    ChangeKind.RETIRED: N_("retired"),
    ChangeKind.BACK: N_("back in use"),
    ChangeKind.RENAMED: N_("renamed"),
    ChangeKind.LABELS: N_("other labels"),
    ChangeKind.DESCRIBED: N_("described otherwise"),
    ChangeKind.MOVED: N_("moved"),
}

STATES: Mapping[VersionState, str] = {
    VersionState.WAITING: N_("waits for somebody"),
    VersionState.WANTED: N_("is brought in soon"),
    VersionState.BEGUN: N_("is being brought in"),
    VersionState.APPLIED: N_("brought in"),
    VersionState.REFUSED: N_("refused"),
    VersionState.UNREADABLE: N_("cannot be read"),
}

HELD: Mapping[str, str] = {
    "lost": N_(
        "Many competencies in use are not in the file any more. Was it cut off? If it is right, bring it in."
    ),
    "unreadable": N_("The file was refused as a whole. What was in use before stays in use."),
    "review": N_("The configuration wants changes of this framework looked at first."),
}

LABELS: Mapping[str, str] = {
    "preferred": N_("name"),
    "alternative": N_("also called"),
    "hidden": N_("found by, never shown"),
}

SAID: Mapping[str, str] = {
    "wanted": N_("It is brought in now. Items are judged again by it."),
    "refused": N_("It is refused. What was in use stays in use, until the file changes again."),
}
"""What was just done, by its name in the address."""
