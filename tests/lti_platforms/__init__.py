"""LMSs to launch from: a small one of our own, as Moodle was recorded, and two of others in their own environments."""

from tests.lti_platforms.lms import Lms, claims_named

__all__ = ["Lms", "claims_named"]
