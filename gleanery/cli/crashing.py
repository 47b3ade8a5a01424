"""What a crash leaves behind holds no secret: no core file is written, and no report shows one."""

from __future__ import annotations

import ctypes
import resource
import sys
import threading
import traceback

from gleanery.errors import without_secrets

_PR_SET_DUMPABLE = 4
"""Of prctl(2)."""


def leave_no_secrets() -> None:
    """Switch core files off, and have crashes of threads told without the secrets in use.

    Who runs this program within another one, and hears of its threads in another way, still does. The limit does not
    count where the system hands a core to a program (core(5)), so Linux is told besides that there is none to take.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _report_thread


def report(error: BaseException) -> None:
    """Tell a crash on standard error, for its makers."""
    sys.stderr.write(without_secrets("".join(traceback.format_exception(error))))


def _report_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and not isinstance(told.exc_value, SystemExit):
        report(told.exc_value)
