"""Settings of the web application: how it may be reached."""

from __future__ import annotations

import pytest

from rightplace.app.service.web_settings import WebSettings
from rightplace.errors import RefusedError, UsageError


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_alone_reaches_it_without_tls(host: str) -> None:
    WebSettings().check_reach(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "127.0.0.1.example"])  # noqa: S104 - what is refused
def test_passwords_do_not_travel_openly(host: str) -> None:
    with pytest.raises(RefusedError, match="passwords would travel openly"):
        WebSettings().check_reach(host)
    WebSettings(certificate="c.pem", certificate_key="k.pem").check_reach(host)
    WebSettings(proxies="10.0.0.1").check_reach(host)


def test_a_certificate_and_its_key_go_together() -> None:
    with pytest.raises(UsageError, match="go together"):
        WebSettings(certificate="c.pem")


@pytest.mark.parametrize("hosts", ["", " , ", "*", "localhost, *"])
def test_it_is_called_by_names_written_in_full(hosts: str) -> None:
    with pytest.raises(UsageError, match="names it is called by"):
        WebSettings(hosts=hosts)


def test_names_stand_between_commas() -> None:
    assert WebSettings(hosts=" a.example ,b.example,").names == ["a.example", "b.example"]
