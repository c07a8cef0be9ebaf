"""The one object that every verb prints with ``--json``, and the one shape of an error."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rightplace.core.canonical import plain

if TYPE_CHECKING:
    from rightplace.app.answer import Answer
    from rightplace.errors import RightplaceError

# Python keeps some words for itself; the contract does not.
CONTRACT_WORDS = {"from_": "from"}


def _contract_keys(value: Any) -> Any:  # noqa: ANN401 - any JSON tree
    if isinstance(value, dict):
        return {CONTRACT_WORDS.get(key, key): _contract_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_contract_keys(item) for item in value]
    return value


def envelope(answer: Answer[Any]) -> dict[str, Any]:
    """Return an answer in the envelope of the contract."""
    content: dict[str, Any] = {
        "schema": f"rightplace/{answer.verb}/1",
        "id": answer.id,
        "ok": answer.ok,
        "as_of": plain(answer.as_of),
        "data_releases": list(answer.data_releases),
        "warnings": [asdict(w) for w in answer.warnings],
        "result": _contract_keys(plain(answer.result)),
    }
    if answer.error is not None:
        content["error"] = asdict(answer.error)
    return content


def print_json(content: dict[str, Any]) -> None:
    """Print one JSON object to standard output."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def error_envelope(error: RightplaceError) -> dict[str, Any]:
    """Return an error in the shape of the contract."""
    return {"ok": False, "error": {"code": error.code, **asdict(error.fault)}}
