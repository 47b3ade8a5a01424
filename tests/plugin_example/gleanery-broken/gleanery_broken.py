"""Fails as an import fails where a package's own need is not installed."""

raise ImportError("the library this plugin stands on is not installed")
