"""Requests held against X's OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from gleanery.testing import Asked


class Contract:
    """The operations of the document; `faults` of a request are what they do not allow."""

    def __init__(self, path: Path) -> None:
        self._document = json.loads(path.read_bytes())

    @cached_property
    def _paths(self) -> list[tuple[re.Pattern[str], str, Mapping[str, Any]]]:
        """Those without placeholders first, as they are meant where both fit."""
        paths = sorted(self._document["paths"].items(), key=lambda one: one[0].count("{"))
        return [(re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), path, one) for path, one in paths]

    def faults(self, asked: Asked) -> list[str]:
        """What is wrong with a request; nothing if it is valid."""
        for pattern, path, methods in self._paths:
            if (found := pattern.fullmatch(asked.path)) and asked.method.lower() in methods:
                return list(self._wrong(methods[asked.method.lower()], asked, found.groupdict(), path))
        return [f"no operation {asked.method} {asked.path}"]

    def _wrong(
        self, operation: Mapping[str, Any], asked: Asked, in_path: Mapping[str, str], path: str
    ) -> Iterator[str]:
        known = {one["name"]: one for one in map(self._whole, operation.get("parameters", ()))}
        for name, parameter in known.items():
            given = in_path.get(name) if parameter["in"] == "path" else asked.query.get(name)
            if given is not None:
                yield from (f"{path} {name}: {text}" for text in self._misfit(parameter["schema"], given))
            elif parameter.get("required"):
                yield f"{path}: {name} is missing"
        yield from (f"{path}: {name} is unknown" for name in asked.query if name not in known)
        body = operation.get("requestBody")
        if body:
            schema = self._whole(body["content"]["application/json"]["schema"])
            yield from self._wrong_body(schema, asked.json, path)

    def _wrong_body(self, schema: Mapping[str, Any], body: Mapping[str, Any], path: str) -> Iterator[str]:
        for name in schema.get("required", ()):
            if name not in body:
                yield f"{path}: the body lacks {name}"
        for name, value in body.items():
            if name not in schema["properties"]:
                yield f"{path}: the body has an unknown {name}"
            else:
                yield from (
                    f"{path} {name}: {text}" for text in self._misfit(schema["properties"][name], str(value))
                )

    def _misfit(self, schema: Mapping[str, Any], given: str) -> Iterator[str]:
        schema = self._whole(schema)
        kind = schema["type"]
        if kind == "array":
            yield from self._misfit_list(schema, given.split(","))
        elif kind == "integer":
            if not given.isdecimal() or not schema.get("minimum", 0) <= int(given) <= schema.get(
                "maximum", 1 << 31
            ):
                yield f"{given} is no whole number within its bounds"
        elif not schema.get("minLength", 0) <= len(given) <= schema.get("maxLength", 1 << 20):
            yield f"{len(given)} characters"
        elif "enum" in schema and given not in schema["enum"]:
            yield f"{given} is none of {schema['enum']}"
        elif "pattern" in schema and not re.fullmatch(schema["pattern"], given):
            yield f"{given} does not fit {schema['pattern']}"
        elif schema.get("format") == "date-time" and not re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", given
        ):
            yield f"{given} is no instant"

    def _misfit_list(self, schema: Mapping[str, Any], given: list[str]) -> Iterator[str]:
        if not schema.get("minItems", 0) <= len(given) <= schema.get("maxItems", 1 << 20):
            yield f"{len(given)} entries"
        if schema.get("uniqueItems") and len(set(given)) < len(given):
            yield "an entry comes twice"
        for one in given:
            yield from self._misfit(schema["items"], one)

    def _whole(self, one: Mapping[str, Any]) -> Mapping[str, Any]:
        """The thing itself where a reference stands for it."""
        if "$ref" not in one:
            return one
        found: Any = self._document
        for step in one["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return self._whole(found)
