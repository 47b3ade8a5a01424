"""Tests of the record store over HTTP."""
