"""A plan registered from its file by keyboard on a phone, in Chromium; axe finds nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.test_accountability_browser import browser
from tests.web.test_browser import AXE, CHROMIUM, address
from tests.web.test_operations_upload import TOML, UPLOAD, desk, only_plan
from tests.web.test_panel_browser import fits, on_phone

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from rightplace.web.desk import Desk

__all__ = ["address", "browser", "desk"]  # the fixtures

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install `chromium`"),
    pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: run `make setup`"),
]


def test_a_plan_is_registered_by_keyboard_after_a_fault_that_keeps_it(
    browser: Browser, address: str, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(TOML.replace('["Camden"]', '["Camdem"]'))
    with on_phone(browser, "ann") as page:
        page.goto(address + UPLOAD)
        fits(page, "the form")
        page.get_by_label("The file").set_input_files(path)
        page.get_by_role("button", name="Keep this plan as a draft").focus()
        page.keyboard.press("Enter")
        page.get_by_text("There is a problem").wait_for()
        fits(page, "the form with what is wrong")
        plan = page.get_by_label("Or the plan itself")
        plan.focus()
        assert "Camdem" in plan.input_value()  # the file's own text, to be corrected here
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(TOML)
        page.keyboard.press("Tab")  # the part about a locked plan
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/operations/op-"))
        assert page.url.endswith(only_plan(desk).id)
