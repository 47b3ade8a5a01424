"""An LTI 1.3 Advantage tool: teachers place items in their LMS, learners come from there, scores go back.

One destination is one registration at one LMS. What every launch must show is checked here, on joserfc and nothing
else of LTI: the libraries that were tried let a launch be repeated, or a token be used with another flow's state
(docs/decisions/0034-our-own-lti-core.md).
"""

from lms_adapters.lti.adapter import Lti
from lms_adapters.lti.settings import Settings

__all__ = ["Lti", "Settings"]
