"""Tests of the share endpoint and of shared mail."""
