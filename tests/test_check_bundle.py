"""The auditor's file runs alone, with the standard library and one signature library, and finds what we find."""

from __future__ import annotations

import random
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import cryptography
import pytest

from tests.conftest import ROOT
from tests.xapi.bundles.forging import rewritten
from tests.xapi.bundles.ledgers import Ledger, a_ledger
from tests.xapi.bundles.test_bundles import FORGERIES
from tests.xapi.bundles.test_sealed_lies import SEALED_LIES, a_bomb, a_sealed_lie
from xapi.bundles import check

FILE = ROOT / "docs" / "audit" / "check_bundle.py"
LIBRARIES = ("cryptography", "cffi", "_cffi_backend*", "pycparser")
"""What the signature library consists of."""

ALONE = """
import runpy, sys
folder, file, *arguments = sys.argv[1:]
sys.path.append(folder)
for name in ("gleanery", "xapi", "msgspec"):
    try:
        __import__(name)
    except ModuleNotFoundError:
        continue
    raise SystemExit(f"{name} can be imported here: this process is not clean")
sys.argv = [file, *arguments]
runpy.run_path(file, run_name="__main__")
"""


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the signature library and nothing else."""
    folder = tmp_path_factory.mktemp("alone")
    packages = Path(cryptography.__file__).parent.parent
    for name in LIBRARIES:
        for path in packages.glob(name):
            (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return tmp_path / "bundle.zip"


def alone(libraries: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the file in a process that has no other package."""
    command = [sys.executable, "-I", "-S", "-c", ALONE, libraries, FILE, *arguments]
    return subprocess.run([str(one) for one in command], capture_output=True, text=True)


def a_bundle(path: Path, log: str = "statements:main") -> Ledger:
    ledger = a_ledger(log)
    ledger.bundle(path, [6, 14])
    return ledger


def test_it_is_short_enough_to_be_read() -> None:
    assert len(FILE.read_text("utf-8").splitlines()) < 200


@pytest.mark.parametrize("log", ["audit", "statements:main"])
def test_a_good_bundle_is_whole(libraries: Path, bundle: Path, log: str) -> None:
    ledger = a_bundle(bundle, log)
    done = alone(libraries, bundle, "--key", ledger.fingerprint.upper())
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"whole: 2 entries of {log}")


def test_without_a_key_it_says_what_to_compare(libraries: Path, bundle: Path) -> None:
    ledger = a_bundle(bundle)
    assert f"{ledger.fingerprint}: compare it" in alone(libraries, bundle).stdout


def test_a_bundle_of_another_key_is_told(libraries: Path, bundle: Path) -> None:
    a_bundle(bundle)
    done = alone(libraries, bundle, "--key", a_ledger().fingerprint)
    assert done.returncode == 1
    assert "sealed by another key" in done.stderr


def test_a_file_that_is_not_there_is_told(libraries: Path, bundle: Path) -> None:
    assert "No such file" in alone(libraries, bundle).stderr


@pytest.mark.parametrize("name", list(FORGERIES))
def test_a_forgery_is_found_and_named_as_we_name_it(libraries: Path, bundle: Path, name: str) -> None:
    file, change, first_bad = FORGERIES[name]
    ledger = a_bundle(bundle)
    rewritten(bundle, file, change, ledger.signer)
    done = alone(libraries, bundle)
    assert done.returncode == 1
    assert done.stderr.startswith("NOT WHOLE: ")
    if first_bad is not None:
        assert str(first_bad) in done.stderr or "damaged" in done.stderr
    assert not check(bundle).ok


@pytest.mark.parametrize("name", list(SEALED_LIES))
def test_what_no_hash_covers_is_not_taken_from_the_house_either(
    bundle: Path, name: str, by_the_file: Callable[[Path], bool]
) -> None:
    a_sealed_lie(bundle, name)
    assert not by_the_file(bundle)


def test_a_line_that_would_fill_the_memory_is_not_unpacked(
    bundle: Path, by_the_file: Callable[[Path], bool]
) -> None:
    a_bomb(bundle, 1 << 28)
    tracemalloc.start()
    assert not by_the_file(bundle)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 28


def test_an_empty_key_is_no_key(libraries: Path, bundle: Path) -> None:
    """A script whose variable is unset must not take any key for the one it was told."""
    a_bundle(bundle)
    assert alone(libraries, bundle, "--key", " ").returncode == 1


@pytest.fixture
def by_the_file(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], bool]:
    """The file's own check in this process, for speed: whether it takes a bundle."""
    monkeypatch.syspath_prepend(str(FILE.parent))
    import check_bundle  # type: ignore[import-not-found, unused-ignore]

    def takes(path: Path) -> bool:
        try:
            check_bundle.check(path)
        except Exception:  # as its main does: a damaged file makes the zip reader say anything
            return False
        return True

    return takes


def test_one_flipped_bit_anywhere_fails(bundle: Path, by_the_file: Callable[[Path], bool]) -> None:
    a_bundle(bundle)
    assert by_the_file(bundle)
    whole, chance = bundle.read_bytes(), random.Random(11)
    for place in range(0, len(whole), 2):
        bit = 1 << chance.randrange(8)
        bundle.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
        assert not by_the_file(bundle), place
