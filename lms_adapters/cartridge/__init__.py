"""Approved items as one IMS Common Cartridge: 1.1, which Moodle imports, or thin 1.3 for Canvas and others."""

from lms_adapters.cartridge.adapter import Cartridge
from lms_adapters.cartridge.settings import Settings

__all__ = ["Cartridge", "Settings"]
