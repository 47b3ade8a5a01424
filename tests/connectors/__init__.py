"""Tests of the connectors, and the small networks they are tried in."""
