"""A sentence model that the organisation gives: a folder with `model.onnx` and `tokenizer.json`.

Needs the extra `[embeddings]`, which is imported only here. Nothing is ever downloaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import numpy as np

from curation.linking.postings import Floats
from gleanery.errors import ConfigError

MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
_PACKAGES = ("onnxruntime", "tokenizers")
_LONGEST = 128
"""Tokens of a text that are looked at; models of sentences were trained on fewer."""


class SentenceModel:
    """Texts as vectors of unit length: the mean over their tokens (Reimers and Gurevych 2019, arXiv 1908.10084)."""

    def __init__(self, folder: Path) -> None:
        """Raises: ConfigError where something is missing, or the model is of another kind."""
        require(folder)
        self._files = [folder / MODEL, folder / TOKENIZER]
        self._session, self._tokens = _opened(*self._files)
        self._inputs = {one.name for one in self._session.get_inputs()}

    def digest(self) -> str:
        """The hash of the model's files."""
        digest = hashlib.sha256()
        for file in self._files:
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()

    def vectors(self, texts: Sequence[str]) -> Floats:
        """One row a text. What stands in the same call may change the last digits, where a model is of 8 bits."""
        told = self._tokens.encode_batch(list(texts))
        ids = np.array([one.ids for one in told], dtype=np.int64)
        mask = np.array([one.attention_mask for one in told], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        if states.ndim == 3:
            states = (states * mask[:, :, None]).sum(1) / np.maximum(mask.sum(1, keepdims=True), 1)
        length = np.linalg.norm(states, axis=1, keepdims=True)
        return cast(Floats, (states / np.where(length == 0, 1, length)).astype(np.float32))


def require(folder: Path) -> None:
    """Look whether the files and the packages that run them are there. Raises: ConfigError naming what is missing."""
    for file in (folder / MODEL, folder / TOKENIZER):
        if not file.is_file():
            raise ConfigError(
                f"The step tags has no model: there is no {file}.",
                remedy=f"Put {MODEL} and {TOKENIZER} of a sentence model into the folder, or leave `model` out.",
            )
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise ConfigError(
            f"The step tags has a model, but not what runs it: {' and '.join(missing)}.",
            remedy="Install the extra: pip install 'gleanery[embeddings]'. Or leave `model` out.",
        )


def _opened(model: Path, tokenizer: Path) -> tuple[Any, Any]:
    onnxruntime, tokenizers = map(import_module, _PACKAGES)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # so that the same text gives the same vector on any machine
    try:
        session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        tokens = tokenizers.Tokenizer.from_file(str(tokenizer))
    except Exception as error:  # both raise what they like for a broken file
        raise ConfigError(
            f"The model of the step tags cannot be read: {type(error).__name__}.",
            remedy=f"Check {model} and {tokenizer}.",
        ) from error
    if not {one.name for one in session.get_inputs()} <= {"input_ids", "attention_mask", "token_type_ids"}:
        raise ConfigError(
            f"{model} is no sentence model: it wants other inputs than tokens.",
            remedy="Take one exported from sentence-transformers.",
        )
    tokens.enable_truncation(_LONGEST)
    tokens.enable_padding()
    return session, tokens
