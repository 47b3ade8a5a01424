"""The file is written whole or not at all, whatever interrupts it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from lms_adapters._packing import pack

NOW = time.time()

PUBLISH_FOR_EVER = """
import random, sys
from pathlib import Path
from lms_adapters._packing import pack
path, numbers = Path(sys.argv[1]), random.Random(7)
while True:
    body = numbers.randbytes(400_000)
    print(pack(path, [("imsmanifest.xml", b"<a/>"), ("body", body)], 0.0, "cartridge"), flush=True)
"""

PUBLISH_TO_A_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from gleanery.errors import ConfigError
from lms_adapters._packing import pack
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    pack(Path(sys.argv[1]), [("body", random_bytes)], 0.0, "cartridge")
except ConfigError as error:
    print(error)
""".replace("random_bytes", "__import__('random').Random(7).randbytes(400_000)")


def test_the_digest_is_that_of_the_file_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "x.imscc"
    digest = pack(path, [("a", b"1"), ("b/c", b"2")], NOW, "cartridge")
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert list(tmp_path.iterdir()) == [path]
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_equal_contents_leave_the_old_file_untouched(tmp_path: Path) -> None:
    path = tmp_path / "x.imscc"
    pack(path, [("a", b"1")], NOW, "cartridge")
    before = path.stat()
    pack(path, [("a", b"1")], NOW, "cartridge")
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_part_files_of_a_killed_process_are_swept_and_fresh_ones_are_not(tmp_path: Path) -> None:
    path = tmp_path / "x.imscc"
    old, fresh = tmp_path / ".x.imscc.0000.part", tmp_path / ".x.imscc.1111.part"
    for part in (old, fresh):
        part.write_bytes(b"half")
    os.utime(old, (NOW - 4_000, NOW - 4_000))
    pack(path, [("a", b"1")], NOW, "cartridge")
    assert sorted(tmp_path.iterdir()) == [fresh, path]


def test_a_kill_in_the_middle_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "x.imscc"
    for written in range(1, 4):
        with subprocess.Popen(
            [sys.executable, "-c", PUBLISH_FOR_EVER, str(path)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            digests = [process.stdout.readline().strip() for _ in range(written)]
            process.kill()
            digests += [line.strip() for line in process.stdout]
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
        assert len(digests) >= written
    assert len(list(tmp_path.glob("*.imscc"))) == 1


def test_a_full_disk_keeps_the_former_file_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.imscc"
    pack(path, [("a", b"1")], NOW, "cartridge")
    before = path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", PUBLISH_TO_A_FULL_DISK, str(path)], capture_output=True, text=True, check=True
    )
    assert f"no room to write {path}" in done.stdout
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
