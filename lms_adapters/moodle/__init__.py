"""Approved items as entries of a Database activity in Moodle, through its web services.

No plugin is needed in Moodle. Entries wait for a teacher's approval there, a second gate of the LMS's own.
"""

from lms_adapters.moodle.adapter import Moodle
from lms_adapters.moodle.settings import FieldNames, Settings

__all__ = ["FieldNames", "Moodle", "Settings"]
