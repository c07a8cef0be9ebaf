"""The application over the small published world, asked in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web.published import NOW, published_shelf
from tests.web.signed_in import KnownCookies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.service.shelf import Shelf


@pytest.fixture
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = published_shelf(tmp_path_factory.mktemp("records"))
    yield shelf
    shelf.database.close()


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    return Desk(settings=WebSettings(), shelf=shelf, sessions=KnownCookies(), now=lambda: NOW)


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)
