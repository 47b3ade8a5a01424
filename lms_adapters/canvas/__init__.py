"""Approved items as links and pages in the modules of one Canvas course, through its REST API.

Nothing is installed in Canvas. A path or collection is a module of its own.
"""

from lms_adapters.canvas.adapter import Canvas
from lms_adapters.canvas.settings import Settings

__all__ = ["Canvas", "Settings"]
