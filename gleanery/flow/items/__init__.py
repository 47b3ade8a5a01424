"""What people do with one item besides deciding: edit, note, tag, compare, merge, split, look behind a bar."""
