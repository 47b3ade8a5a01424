"""Approved items as one IMS Common Cartridge 1.1 file, the version that Moodle imports."""

from lms_adapters.cartridge.adapter import Cartridge, Settings

__all__ = ["Cartridge", "Settings"]
