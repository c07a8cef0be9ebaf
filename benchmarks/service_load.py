"""Load on the service: 50 people with 2 to 5 seconds to think, for ten minutes.

``python -m benchmarks.service_load [MINUTES]`` makes the demo, serves it over TLS in a process of
its own, signs 50 people in (apart, before the clock starts) and prints what each page took, what
the server and the load generator used, and whether the server's memory was steady.
"""

from __future__ import annotations

import asyncio
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import psutil

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE = 50
THINK = (2.0, 5.0)
MINUTES = 10.0
ROLES = ("analyst", "area.commander", "tasking.chair", "superintendent", "duty.inspector")
"""Roles of the demo that read forecasts and plans, by their user names."""
STEADY = 0.05
"""Growth of memory over the second half that still counts as steady; a choice of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One kind of page with how often it is asked for."""

    name: str
    weight: float
    address: Callable[[dict[str, Any], np.random.Generator], str]


def pages() -> tuple[Page, ...]:
    """Return the pages that people ask for."""
    return (
        Page(name="today", weight=3, address=lambda _w, _r: "/"),
        Page(name="forecast", weight=3, address=lambda w, _r: f"/forecasts/{w['forecast']}"),
        Page(
            name="forecast, a slot",
            weight=4,
            address=lambda w, r: f"/forecasts/{w['forecast']}?slot={r.integers(21)}&measure=harm",
        ),
        Page(
            name="map of a slot",
            weight=3,
            address=lambda w, r: f"/forecasts/{w['forecast']}/cells.geojson?slot={r.integers(21)}",
        ),
        Page(name="plan", weight=3, address=lambda w, _r: f"/plans/{w['plan']}"),
        Page(name="explain", weight=1, address=lambda w, _r: f"/explain/{w['plan']}"),
    )


@dataclass(slots=True)
class Told:
    """What was measured: seconds of each answer by page, failures, memory and processor."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)


def certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for this machine that nobody else trusts; return it and its key."""
    from cryptography import x509  # noqa: PLC0415 - loads only where it runs
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)  # noqa: TID251 - a certificate starts now
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, key_pem = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, key_pem


async def sign_in(at: str, world: dict[str, Any], *, number: int) -> httpx.AsyncClient:
    """Return the browser of somebody who is signed in.

    Raises
    ------
    SystemExit
        If the service refuses.
    """
    name = f"demo.{ROLES[number % len(ROLES)]}"
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    client = httpx.AsyncClient(base_url=at, verify=trusting, timeout=30)
    form = await client.get("/sign-in")
    token = re.findall(r'name="form_token" value="([^"]+)"', form.text)[-1]
    typed = {"form_token": token, "user_name": name, "password": world["passwords"][name]}
    entered = await client.post("/sign-in", data=typed)
    if entered.status_code != httpx.codes.SEE_OTHER:
        msg = f"{name} cannot sign in: {entered.status_code}"
        raise SystemExit(msg)
    return client


async def read(
    client: httpx.AsyncClient, world: dict[str, Any], told: Told, *, number: int, seconds: float
) -> None:
    """Read and think until the end."""
    chance = np.random.default_rng(number)
    kinds = pages()
    weights = np.array([each.weight for each in kinds])
    await asyncio.sleep(chance.uniform(0, THINK[1]))
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        page = kinds[int(chance.choice(len(kinds), p=weights / weights.sum()))]
        began = time.monotonic()
        try:
            answer = await client.get(page.address(world, chance))
        except httpx.HTTPError as error:
            told.failures.append(f"{page.name}: {type(error).__name__}")
            continue
        told.seconds.setdefault(page.name, []).append(time.monotonic() - began)
        if answer.status_code != httpx.codes.OK:
            told.failures.append(f"{page.name}: {answer.status_code}")
        await asyncio.sleep(chance.uniform(*THINK))
    await client.aclose()


async def watch(server: psutil.Process, told: Told, *, seconds: float) -> None:
    """Note the server's memory every five seconds, its children's with it."""
    began = time.monotonic()
    while (since := time.monotonic() - began) < seconds:
        family = [server, *server.children(recursive=True)]
        told.memory.append((since, sum(each.memory_info().rss for each in family) / 2**20))
        await asyncio.sleep(5)


async def load(at: str, world: dict[str, Any], server: psutil.Process, *, minutes: float) -> Told:
    """Let the people in, then measure."""
    told = Told()
    clients = [await sign_in(at, world, number=number) for number in range(PEOPLE)]
    own, its = psutil.Process().cpu_times(), server.cpu_times()
    began = time.monotonic()
    await asyncio.gather(
        watch(server, told, seconds=minutes * 60),
        *(
            read(client, world, told, number=number, seconds=minutes * 60)
            for number, client in enumerate(clients)
        ),
    )
    passed = time.monotonic() - began
    own_after, its_after = psutil.Process().cpu_times(), server.cpu_times()
    world["own"] = (own_after.user + own_after.system - own.user - own.system) / passed
    world["its"] = (its_after.user + its_after.system - its.user - its.system) / passed
    return told


def served(folder: Path, *, port: int) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """Make the demo and serve it; return the server and what people need to know."""
    command = [sys.executable, "-m", "rightplace", "--workspace", str(folder / "w")]
    made = subprocess.run(  # noqa: S603 - the product's own command
        [*command, "demo", "--out", str(folder / "d")], capture_output=True, text=True, check=True
    )
    passwords = dict(
        re.findall(r"(demo\.[a-z.-]+)\s+([a-z2-7]{4}(?:-[a-z2-7]{4}){3})", made.stderr)
    )
    pem, key = certificate(folder)
    reach = {"RIGHTPLACE_WEB_CERTIFICATE": str(pem), "RIGHTPLACE_WEB_CERTIFICATE_KEY": str(key)}
    server = subprocess.Popen(  # noqa: S603 - the product's own command
        [*command, "serve", "--port", str(port)], env=os.environ | reach, text=True
    )
    runs = {path.name[0]: path.name for path in (folder / "w" / "runs").iterdir()}
    return server, {"passwords": passwords, "forecast": runs["f"], "plan": runs["p"]}


def wait_for(at: str) -> None:
    """Wait until the service answers.

    Raises
    ------
    SystemExit
        If it does not within a minute.
    """
    for _ in range(120):
        try:
            httpx.get(f"{at}/healthz", verify=False).raise_for_status()  # noqa: S501 - its own certificate
        except httpx.HTTPError:
            time.sleep(0.5)
        else:
            return
    msg = "The service does not answer."
    raise SystemExit(msg)


def report(told: Told, world: dict[str, Any], *, minutes: float) -> list[str]:
    """Return the measurement as Markdown lines."""
    lines = ["| page | asked | median ms | p95 ms | most ms |", "|---|--:|--:|--:|--:|"]
    for name, seconds in sorted(told.seconds.items()):
        ms = 1000 * np.array(seconds)
        median, p95 = np.percentile(ms, [50, 95])
        lines.append(f"| {name} | {len(ms):,} | {median:.0f} | {p95:.0f} | {ms.max():.0f} |")
    every = 1000 * np.concatenate([np.array(each) for each in told.seconds.values()])
    p95_all, failures = np.percentile(every, 95), len(told.failures)
    half = [mib for since, mib in told.memory if since >= minutes * 30]
    growth = half[-1] / half[0] - 1
    return [
        *lines,
        "",
        " ".join(
            (
                f"{PEOPLE} people, {THINK[0]:g} to {THINK[1]:g} s to think, {minutes:g} minutes,",
                f"log-ins apart, TLS: {len(every):,} answers, p95 {p95_all:.0f} ms,",
                f"{failures} failures.",
            )
        ),
        " ".join(
            (
                f"Processor: server {world['its']:.0%} of one, load generator {world['own']:.0%}.",
                f"Memory of the server {half[0]:.0f} MiB at half time, {half[-1]:.0f} at the end",
                f"({growth:+.1%}: {'steady' if growth <= STEADY else 'NOT STEADY'}).",
            )
        ),
        *sorted({f"Failed: {each}" for each in told.failures}),
    ]


def main() -> None:
    """Measure and print."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    with tempfile.TemporaryDirectory() as folder:
        server, world = served(Path(folder), port=8443)
        try:
            at = "https://localhost:8443"
            wait_for(at)
            told = asyncio.run(load(at, world, psutil.Process(server.pid), minutes=minutes))
        finally:
            server.terminate()
            server.wait(timeout=30)
    print("\n".join(report(told, world, minutes=minutes)))


if __name__ == "__main__":
    main()
