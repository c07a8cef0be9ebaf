"""What the pages of operations have in common: who asks and when, and how a page is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rightplace.web.data import is_synthetic
from rightplace.web.pages import render
from rightplace.web.sessions import session_of

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TypedDict

    from fastapi import Request
    from starlette.responses import Response

    from rightplace.app.service.person import Person
    from rightplace.app.workspace import Workspace

    class Asking(TypedDict):
        """Who asks, and when."""

        person: Person
        at: datetime

    class AskingBeside(Asking):
        """Who asks, when, and beside which workspace; None where only published runs are held."""

        workspace: Workspace | None


HERE: Final = "operations"


def asking(request: Request) -> Asking:
    """Return who asks, and when; whoever is not signed in is refused."""
    return {"person": session_of(request).person, "at": request.app.state.desk.now()}


def asking_beside(request: Request) -> AskingBeside:
    """Return who asks, when, and beside which workspace."""
    held = request.app.state.desk.data
    return {**asking(request), "workspace": None if held is None else held.workspace}


def shown(request: Request, name: str, *, status: int = 200, **content: Any) -> Response:  # noqa: ANN401 - of the template
    """Return a page of operations, marked where the workspace holds invented records."""
    marked = is_synthetic(request)
    return render(request, name, status=status, here=HERE, **{"is_synthetic": marked, **content})
