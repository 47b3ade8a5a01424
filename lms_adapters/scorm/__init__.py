"""Approved items as one SCORM package, 1.2 or 2004, that reports through the LMS it is imported into."""

from lms_adapters.scorm.adapter import Scorm, Settings

__all__ = ["Scorm", "Settings"]
