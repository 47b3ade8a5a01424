"""Keeps a spreadsheet from taking a cell for a formula; for every table that leaves the house.

What people posted, and whatever a browser or a platform sent, ends up in exports. A cell that begins like a
formula is run when the file is opened; an apostrophe before it makes it text. Where that is not wanted, JSON
Lines and Parquet hold every value as it is.
"""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_STARTS = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")
_BREAKS = ("\t", "\r", "\n")
_INSIDE = re.compile(r"""([;\r\n][\s"']*)(?=[=+\-@|%＝＋－＠])(?!-[\d.eE+-]+\s*[,\]}])""")
"""Where a spreadsheet set to semicolons begins a cell, since it does not see our quotes; numbers in JSON are none."""


def safe(cell: str) -> str:
    """The cell, with an apostrophe before what would be run; a plain number stays a number."""
    if _NUMBER.fullmatch(cell):
        return cell
    cell = _INSIDE.sub(r"\1'", cell)
    begins = cell.lstrip(" \t\r\n\v\f\0\"'\ufeff\u00a0").startswith(_STARTS)
    return f"'{cell}" if begins or cell.lstrip(" ").startswith(_BREAKS) else cell
