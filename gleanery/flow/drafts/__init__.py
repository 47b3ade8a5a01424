"""Sources that somebody is setting up: kept sealed until they are saved, so that a reload or a break loses nothing.

kept.py        the draft itself
entering.py    its settings, what is read, how often
signing_in.py  the sign-in at the platform
trying.py      its checks, and what would come
ending.py      saved as a source, discarded, forgotten
"""

from __future__ import annotations

from gleanery.flow.drafts.ending import discard, forget_old, save
from gleanery.flow.drafts.entering import choices, choose, fill, plan, signs_in
from gleanery.flow.drafts.kept import Draft, NoDraft, begin, drafts_of, find
from gleanery.flow.drafts.signing_in import ask_again, ask_platform, finish
from gleanery.flow.drafts.trying import TRY, rehearse_asked, try_out

__all__ = [
    "TRY", "Draft", "NoDraft", "ask_again", "ask_platform", "begin", "choices", "choose", "discard", "drafts_of",
    "fill", "find", "finish", "forget_old", "plan", "rehearse_asked", "save", "signs_in", "try_out",
]  # fmt: skip
