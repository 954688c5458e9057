"""Pages under measurement: one checkout, alone, with the widget in each of its ways, and with peers in its place."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import brotli

MIMETYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".mjs": "text/javascript"}
PEERS = ("giscus", "altcha", "lit", "esbuild")

CSS = """
body { margin: 0 auto; max-width: 720px; padding: 16px; font: 16px/1.5 system-ui, sans-serif; }
fieldset { border: 1px solid #888; border-radius: 8px; margin: 16px 0; } label { display: block; margin: 8px 0; }
input:not([type=radio]) { font: inherit; padding: 8px; } button { font: inherit; padding: 12px 24px; }
"""
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Checkout</title>
<meta name="viewport" content="width=device-width, initial-scale=1">HEAD<link rel="stylesheet" href="/page.css">
<h1>Checkout</h1><p>One compact camera, 300 pounds.</p><form method="post" action="/paid">SLOT
<fieldset><legend>Payment</legend><label>Name <input name="name"></label><label>Reference <input name="reference">
</label><button id="pay">Pay now</button></fieldset></form></html>"""


@dataclass
class Host:
    """A small web server of one origin that packs what it sends, as any shop or content network does."""

    pages: dict[str, bytes] = field(default_factory=dict)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def put(self, path: str, body: str | bytes) -> str:
        self.pages[path] = body.encode() if isinstance(body, str) else body
        return self.url + path

    def page(self, path: str, slot: str, head: str = "") -> str:
        return self.put(path, PAGE.replace("SLOT", slot).replace("HEAD", head))


@contextmanager
def hosting() -> Iterator[Host]:
    host = Host({"/page.css": CSS.encode()})
    packed: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            known = host.pages.get(path)
            if known is not None and packed.get(f"{path} plain") != known:
                packed[path], packed[f"{path} plain"] = brotli.compress(known), known
            self.send_response(404 if known is None else 200)
            body = packed[path] if known is not None else b""
            self.send_header("Content-Length", str(len(body)))
            if known is not None:
                self.send_header("Content-Type", MIMETYPES.get(Path(path).suffix, "text/html"))
                self.send_header("Content-Encoding", "br")
                self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """The measurement is quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()


def peers(host: Host, folder: Path) -> dict[str, tuple[str, str]]:
    """Peers from their registries, each as (address of the page, what must be there to use it); {} without npm."""
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not here: giscus and altcha are left out")
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "node_modules").exists():
        subprocess.run([npm, "init", "-y"], cwd=folder, check=True, capture_output=True)
        subprocess.run([npm, "install", "--silent", *PEERS], cwd=folder, check=True, capture_output=True)
    return {"giscus": _giscus(host, folder), "altcha": _altcha(host, folder)}


def _giscus(host: Host, folder: Path) -> tuple[str, str]:
    names = ("lit", "lit/decorators.js", "lit/directives/ref.js")
    (folder / "lit.js").write_text("".join(f'export * from "{name}";\n' for name in names), encoding="utf-8")
    esbuild = folder / "node_modules" / ".bin" / "esbuild"
    options = ["--bundle", "--minify", "--format=esm", "--outfile=lit.min.js"]
    subprocess.run([esbuild, "lit.js", *options], cwd=folder, check=True, capture_output=True)
    lit = host.put("/peers/lit.js", (folder / "lit.min.js").read_bytes())
    script = host.put("/peers/giscus.mjs", (folder / "node_modules/giscus/dist/giscus.mjs").read_bytes())
    imports = json.dumps({"imports": dict.fromkeys(names, lit)})
    slot = (
        f'<script type="importmap">{imports}</script><script type="module" async src="{script}"></script>'
        '<giscus-widget repo="a/b" repoid="1" category="c" categoryid="2" mapping="title"></giscus-widget>'
    )
    return host.page(
        "/giscus.html", slot
    ), "document.querySelector('giscus-widget')?.shadowRoot?.querySelector('iframe')"


def _altcha(host: Host, folder: Path) -> tuple[str, str]:
    script = host.put("/peers/altcha.js", (folder / "node_modules/altcha/dist/main/altcha.js").read_bytes())
    slot = f'<script type="module" async src="{script}"></script><altcha-widget challenge="/none"></altcha-widget>'
    return host.page("/altcha.html", slot), "document.querySelector('altcha-widget input[type=checkbox]')"


@contextmanager
def isso(host: Host, folder: Path, free_port: Callable[[], int]) -> Iterator[tuple[str, str] | None]:
    """Isso with its own server, in an environment of its own: its packages are none of ours."""
    python = folder / "isso" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "isso"], check=True)
        made = subprocess.run([python, "-m", "pip", "install", "--quiet", "isso"], check=False, capture_output=True)
        if made.returncode:
            shutil.rmtree(folder / "isso")
            print("isso cannot be installed here and is left out")
            yield None
            return
    port = free_port()
    settings = folder / "isso.cfg"
    settings.write_text(
        f"[general]\ndbpath = {folder}/comments.db\nhost = {host.url}\n[server]\nlisten = http://127.0.0.1:{port}/\n",
        encoding="utf-8",
    )
    process = subprocess.Popen([python.parent / "isso", "-c", settings, "run"], stderr=subprocess.DEVNULL)
    slot = (
        f'<script data-isso="http://127.0.0.1:{port}/" src="http://127.0.0.1:{port}/js/embed.min.js" async></script>'
        '<section id="isso-thread"></section>'
    )
    try:
        yield host.page("/isso.html", slot), "document.querySelector('#isso-thread .isso-textarea')"
    finally:
        process.terminate()
        process.wait()
