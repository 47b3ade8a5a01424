"""Clean environments for tests: the project's own packages only from its built wheel, run elsewhere."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Venv:
    """A virtual environment in a folder of its own."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, *needs: str) -> Venv:
        """A new environment that holds the named distributions with what they require, and nothing else.

        They are linked from the running environment, which was installed by hash; nothing is fetched.
        """
        venv.create(folder, symlinks=True)
        made = cls(folder)
        for need in required(needs).values():
            for name in {file.parts[0] for file in need.files or ()} - {"..", "__pycache__"}:
                link = made.site / name
                if not link.exists():
                    link.symlink_to(str(need.locate_file(name)))
        return made

    @property
    def site(self) -> Path:
        """Where its own packages lie."""
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / version / "site-packages"

    def install(self, *what: Path) -> None:
        """Install wheels or source trees, without their dependencies and without the network."""
        pip = [sys.executable, "-m", "pip", "--python", str(self.folder / "bin" / "python"), "install"]
        options = ["--quiet", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
        checked([*pip, *options, *map(str, what)], self.folder)

    def run(self, program: str, *arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Done:
        """Run one of its programs in `cwd`, with a home folder there and nothing of this environment."""
        clean = {
            "PATH": f"{self.folder / 'bin'}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(cwd),
            "XDG_CONFIG_HOME": str(cwd / ".config"),
            "LANG": "C.UTF-8",
            "COLUMNS": "120",
            **(env or {}),
        }
        command = [str(self.folder / "bin" / program), *arguments]
        done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, check=False)
        return Done(done.returncode, done.stdout, done.stderr)


def required(names: Iterable[str]) -> dict[str, Distribution]:
    """The named installed distributions and everything they require here, by normal name."""
    found: dict[str, Distribution] = {}
    done: set[str] = set()
    waiting = [Requirement(name) for name in names]
    while waiting:
        wanted = waiting.pop()
        if str(wanted) in done:
            continue
        done.add(str(wanted))
        installed = distribution(wanted.name)
        found[canonicalize_name(wanted.name)] = installed
        for line in installed.requires or ():
            need = Requirement(line)
            extras = ("", *wanted.extras)
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(need)
    return found


def own_requirements(source: Path = ROOT) -> list[str]:
    """What the pyproject.toml in `source` says that its distribution needs at run time."""
    with (source / "pyproject.toml").open("rb") as file:
        return list(tomllib.load(file)["project"]["dependencies"])


def build_wheel(folder: Path, source: Path = ROOT) -> Path:
    """The wheel of `source`, built into `folder` as a release would be."""
    checked(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), "."], source
    )
    return next(folder.glob("gleanery*.whl"))


def checked(command: Sequence[str], cwd: Path) -> None:
    """Run a command that must succeed; its output stands in the error where it does not."""
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}"
