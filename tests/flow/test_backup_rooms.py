"""What a backup or a restore left that was killed at work goes with the next; what is at work stays."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from gleanery.flow.backing_up.rooms import room
from tests.flow.test_backing_up import backed_up, founded, lose, restored

KILLED = """
import os, signal, sys
from pathlib import Path
from gleanery.flow.backing_up.rooms import room
with room(sys.argv[1], Path(sys.argv[2])) as folder:
    (folder / "gleanery.db").write_text("everything")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def killed_at_work(prefix: str, place: Path) -> list[Path]:
    """What a program left that was killed in the middle."""
    done = subprocess.run([sys.executable, "-c", KILLED, prefix, str(place)])
    left = list(place.glob(f"{prefix}*"))
    assert (done.returncode, len(left)) == (-signal.SIGKILL, 1)
    return left


def test_what_a_killed_backup_left_goes_with_the_next_and_what_another_is_at_stays(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    [left] = killed_at_work(".gleanery-backup-", tmp_path)
    with room(".gleanery-backup-", tmp_path) as others:
        assert not left.exists()
        backed_up(house)
        assert others.is_dir()
    assert not list(tmp_path.glob(".gleanery-backup-*"))


def test_what_a_killed_restore_left_goes_with_the_next(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    backup = backed_up(house)
    lose(house)
    house.config.data.mkdir()
    killed_at_work(".gleanery-restore-", house.config.data)
    restored(house, backup)
    assert not list(house.config.data.glob(".gleanery-restore-*"))
