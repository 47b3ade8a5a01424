"""Platforms on loopback, each holding a world that changes over simulated time."""
