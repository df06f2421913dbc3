"""Serve the web reader with waitress."""

from __future__ import annotations

import errno
import signal
import socket
import threading
from typing import NoReturn

import click
import waitress
from flask import Flask

from dwibahasa.errors import CannotServe
from dwibahasa.web.words import read_data
from dwibahasa.web.worker import Worker

# Each open article that is being translated keeps a thread for its events, and the
# application lets at most `MOST_STREAMS` of them wait; the others serve pages.
THREADS = 32
MOST_STREAMS = 24
_REASONS = {
    errno.EADDRINUSE: "another program uses this port",
    errno.EACCES: "you may not use this port",
    errno.EADDRNOTAVAIL: "this computer does not have that address",
}


def serve(app: Flask, host: str, port: int) -> None:
    """Translate and serve until interrupted; the address goes to standard output.

    It is to be called in the main thread, which gets the signals.

    Args:
        app: What `create_app` made.
        host: A name or address of this computer.
        port: 0 for any that is free.

    Raises:
        CannotServe: The host or port cannot be had.
    """
    with _listening(host, port) as listener:
        server = waitress.create_server(
            app,
            sockets=[listener],
            threads=THREADS,
            # Lets event streams see that their client is gone.
            channel_request_lookahead=1,
            # What is a little too large gets the application's own page.
            max_request_body_size=10 * app.config["MAX_CONTENT_LENGTH"],
            ident=None,
        )
        worker: Worker = app.extensions["worker"]
        worker.start()
        threading.Thread(target=read_data, daemon=True).start()

        def interrupt(*_: object) -> NoReturn:
            worker.stop(timeout_s=0)  # lets the open event streams end
            raise KeyboardInterrupt

        signal.signal(signal.SIGINT, interrupt)
        signal.signal(signal.SIGTERM, interrupt)
        # The check of trusted hosts knows no IPv6 address, but every browser that
        # reaches ::1 reaches it as localhost.
        name = "localhost" if host == "::1" else host
        name = f"[{name}]" if ":" in name else name
        click.echo(f"http://{name}:{listener.getsockname()[1]}/")
        try:
            server.run()  # returns on an interrupt
        finally:
            worker.stop()
            server.close()


def _listening(host: str, port: int) -> socket.socket:
    """A socket of our own: waitress hides why it cannot have one."""
    try:
        (family, _, _, _, address), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        return socket.create_server(address, family=family)
    except (socket.gaierror, UnicodeError) as error:
        raise CannotServe(host, port, "there is no such host") from error
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise CannotServe(host, port, reason) from error
