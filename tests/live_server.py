"""A real server of the web reader, in this process, for tests with a browser."""

import threading
from contextlib import contextmanager

import waitress
from waitress import wasyncore


@contextmanager
def running(app):
    """The address of an application that is served on a free port."""
    server = waitress.create_server(
        app, host="127.0.0.1", port=0, threads=12, channel_request_lookahead=1
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    worker = app.extensions["worker"]
    worker.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        worker.stop()
        # In the server's own thread, which ends when nothing is open any more.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(5)
        server.task_dispatcher.shutdown(timeout=2)
