"""A look ahead at detective units, published."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rightplace.records.audit.transaction import transaction
from rightplace.records.published.publishing import publish
from tests.investigation_world import LOOK, look_record, look_tables
from tests.web.published import NOW, run_copy
from tests.web.signed_in import ANALYST

if TYPE_CHECKING:
    from rightplace.app.service.shelf import Shelf


def publish_look(shelf: Shelf, look_id: str = LOOK, **result: Any) -> None:  # noqa: ANN401 - JSON
    """Publish a look ahead as of real units, some of its result replaced."""
    record = look_record()
    told = record["result"] | {"investigation_id": look_id} | result
    copy = run_copy(record | {"id": look_id, "result": told}, dict(look_tables()))
    with transaction(shelf.database, ANALYST.actor, purpose="Capacity.", at=NOW) as tx:
        publish(tx, replace(copy, is_synthetic=False))
