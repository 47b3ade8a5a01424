"""Competency frameworks: brought in from files as versions, compared before, browsed after.

importing.py  what is configured and has changed, brought in or held until somebody says
reading.py    the file: its digest, the reader that knows it
staging.py    what the file tells, put together on disk, its tree mended
comparing.py  what it changes of what is kept
applying.py   the changes written, in slices, as a version
retiring.py   competencies out of use from the day on that their framework names
looking.py    lists, versions, trees, retired competencies with their tags
"""

from gleanery.flow.frameworks.importing import FrameworkReport, import_frameworks

__all__ = ["FrameworkReport", "import_frameworks"]
