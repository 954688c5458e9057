"""`python -m widget.demo --port 8001 --awning http://127.0.0.1:8000`: the shops, at http://localhost:8001.

Another host name than the platform's, so that to a browser it is really another site. SMTP_URL sends mail; without
it mail goes to the outbox of AWNING_VAR, which the demo shows at /demo/outbox.
"""

import argparse
import os
import socket
import sys
from pathlib import Path

THREADS = 16


def main() -> None:
    asked = _arguments()
    _check_port(asked.host, asked.port)
    os.environ["SHOPS_AWNING"] = asked.awning
    os.environ["SHOPS_ORIGIN"] = asked.origin or f"http://localhost:{asked.port}"
    os.environ["SHOPS_OUTBOX"] = str(asked.outbox.absolute())
    print(f"  The shops are at {os.environ['SHOPS_ORIGIN']}", flush=True)
    _serve(asked.host, asked.port)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m widget.demo", description="Five demo partner shops.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--awning", default="http://127.0.0.1:8000", help="the platform's origin")
    parser.add_argument("--origin", help="the shops' own origin, where it is not http://localhost:PORT")
    folder = Path(os.environ.get("AWNING_VAR", "var")) / "outbox"
    parser.add_argument("--outbox", type=Path, default=folder, help="where mail is kept without SMTP_URL")
    return parser.parse_args()


def _check_port(host: str, port: int) -> None:
    """Granian would share the port with whoever has it already, and half of the visitors with it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            sys.exit(f"Port {port} on {host} cannot be used: {problem.strerror}. Choose another port.")


def _serve(host: str, port: int) -> None:
    """One process, because orders live in its memory."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "widget.demo.server:from_environment",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        websockets=False,
        respawn_failed_workers=True,
        # A browser that keeps its connection would otherwise keep the shops from ending with Ctrl-C.
        workers_kill_timeout=2,
    ).serve()


if __name__ == "__main__":
    main()
