"""python -m xapi.lrs serve: the record store on its own."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xapi.errors import XapiError

if TYPE_CHECKING:
    from xapi.lrs.http.serve import Server


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; 0 after an ordinary end, 1 where it cannot be done, 2 for a wrong command line."""
    from xapi.lrs.http.serve import run

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        run(_server(_parser().parse_args(arguments)), lambda line: print(line, flush=True))
    except (XapiError, OSError) as error:
        print(f"xapi.lrs: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m xapi.lrs", description="An xAPI learning record store.")
    serve = parser.add_subparsers(dest="command", required=True).add_parser(
        "serve", help="serve it over HTTP"
    )
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8080, help="0 takes any free one")
    serve.add_argument("--store", required=True, help="a SQLite file, or postgresql://...")
    serve.add_argument("--default-version", choices=("1.0.3", "2.0.0"), default="1.0.3")
    serve.add_argument("--key", action="append", default=[], metavar="NAME:SECRET", help="may be repeated")
    serve.add_argument("--home", default="http://localhost/xapi", help="names your system in authorities")
    serve.add_argument("--key-file", type=Path, help="the signing key; made if absent, apart from the data")
    serve.add_argument("--checkpoints", type=Path, help="where checkpoints are appended")
    return parser


def _server(given: argparse.Namespace) -> Server:
    from xapi.lrs.http.lrs import Settings
    from xapi.lrs.http.serve import NamedSecret, Server

    return Server(
        store=given.store,
        host=given.host,
        port=given.port,
        keys=[NamedSecret(*_pair(text)) for text in given.key],
        home=given.home,
        key_file=given.key_file,
        checkpoints=given.checkpoints,
        settings=Settings(default_version=given.default_version),
    )


def _pair(text: str) -> tuple[str, str]:
    name, colon, secret = text.partition(":")
    if not (name and colon and secret):
        raise XapiError("--key wants NAME:SECRET")
    return name, secret


if __name__ == "__main__":
    sys.exit(main())
