"""A small Canvas on loopback."""

from tests.canvas_server.server import CanvasServer

__all__ = ["CanvasServer"]
