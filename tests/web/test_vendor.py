"""The files of others that are shipped: unchanged, and nothing is fetched from elsewhere."""

from __future__ import annotations

import hashlib
import re

from gleanery.web.pages import HERE

VENDOR = HERE / "static" / "vendor"


def test_every_vendored_file_has_the_hash_it_was_taken_with() -> None:
    lines = (VENDOR / "SHA256SUMS").read_text("ascii").splitlines()
    known = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in VENDOR.iterdir()}
    assert found.keys() - known.keys() == {"SHA256SUMS", "SOURCES.md"}
    assert {name: found[name] for name in known} == known


def test_templates_and_styles_name_no_other_host_and_hold_no_inline_script_or_style() -> None:
    parts = ("templates/**/*.html", "static/*.css", "static/css/*.css", "static/*.js", "static/js/*.js")
    files = [file for part in parts for file in HERE.glob(part)]
    assert len(files) > 10
    for file in files:
        text = file.read_text("utf-8")
        assert not re.search(r"""(src|href|url)\s*[=(]\s*["']?(https?:)?//""", text), file.name
        assert not re.search(r"""\sstyle=|<style|\son[a-z]+=|hx-on|<script(?![^>]*\ssrc=)|@import""", text), (
            file.name
        )
