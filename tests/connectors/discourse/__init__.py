"""Tests of the Discourse connector."""
