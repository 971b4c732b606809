"""`python -m assistant.cli.serve`: what `db upgrade` and then `gunicorn` do, in one process.

`make run` calls it: loading the same libraries twice would take a second of each start.
"""

from __future__ import annotations

import gc

from gevent import events, monkey

gc.disable()  # gunicorn.conf.py turns it on again, once the server is ready
# No plug-in of gevent is used, and asking each package for one 25 times takes a fifth of a second.
events.notify_and_call_entry_points = events.notify
# Before anything else is imported: locks and sockets made earlier would not be cooperative.
monkey.patch_all()

from gunicorn.app.wsgiapp import run  # noqa: E402

from assistant.cli import migrate  # noqa: E402

if __name__ == "__main__":
    migrate.main()
    run(prog="gunicorn")
