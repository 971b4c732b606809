"""How gunicorn serves the application; the settings come from the environment."""

from __future__ import annotations

import ctypes
import gc
import resource
import sys
from contextlib import suppress
from typing import Any

from gevent import monkey

# Before anything else is imported: locks and sockets made earlier would not be cooperative.
monkey.patch_all()

from assistant.config import SettingsError as _SettingsError  # noqa: E402
from assistant.config import load as _load  # noqa: E402

try:
    _settings = _load()
except _SettingsError as error:
    sys.exit(str(error))

gc.disable()  # until a worker begins: a start leaves little garbage, yet looking takes a sixth
wsgi_app = "assistant.app:server()"
bind = _settings.bind
# Measured (docs/adr/0002): threads and sync workers stop serving at 50 slow clients.
worker_class = "gevent"
worker_connections = 4000
# SQLite has one writer at a time, which one process shares best.
workers = 1 if _settings.uses_sqlite else _settings.web_concurrency
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
# Its default path is shared by every gunicorn of a user.
control_socket_disable = True
# The request log is the application's own: gunicorn's would carry addresses and queries.
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "assistant.web.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "assistant": {"level": "INFO"},
        "gunicorn.error": {"level": "WARNING", "handlers": ["stderr"], "propagate": False},
    },
}


def on_starting(server: Any) -> None:
    """Raise the soft limit of open files to the hard one: each connection is a file."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if workers < _settings.web_concurrency:
        server.log.warning("SQLite is served by one web process; more need PostgreSQL.")


def when_ready(server: Any) -> None:
    """Print the address, and while there is no account the link that makes the first."""
    gc.freeze()  # the knowledge stays: looking through it for garbage held up replies
    with suppress(AttributeError):  # glibc's: what only the building needed goes back
        ctypes.CDLL(None).malloc_trim(0)
    if server.app.app_uri != wsgi_app:
        return  # the benchmarks' yardstick
    from assistant.app import close_connections, first_account_link

    port = server.LISTENERS[0].sock.getsockname()[1]
    site = f"http://localhost:{port}"
    print(f"The front desk is open: {site}/", flush=True)  # noqa: T201
    link = first_account_link(server.app.wsgi(), site)
    if link:
        print(f"Make the first account (once, within 72 hours): {link}", flush=True)  # noqa: T201
    close_connections(server.app.wsgi())


def post_worker_init(worker: Any) -> None:
    """Start what a server does beside answering; other applications are served without it."""
    gc.enable()
    from assistant.app import begin_chores

    if worker.app.app_uri == wsgi_app:
        begin_chores(worker.app.wsgi())
