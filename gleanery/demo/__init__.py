"""Sample content of our own, and the tour through it that `gleanery demo` takes."""
