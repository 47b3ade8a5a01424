"""Tests of the library `xapi`; they import nothing else of the project."""
