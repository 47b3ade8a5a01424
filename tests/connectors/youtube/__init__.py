"""Tests of the YouTube connector."""
