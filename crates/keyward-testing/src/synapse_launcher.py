# SPDX-License-Identifier: Apache-2.0
"""Runs Synapse until standard input ends: `python launcher.py CONFIG FOLDER`.

Whoever starts this keeps the other end of standard input open. The system closes it when that process ends, however it
ends, so no server outlives its tests, not even those that were killed. FOLDER, which holds everything the server wrote,
goes with it. Whoever writes something to standard input asks the server to end in order instead, and keeps FOLDER.
"""

import os
import shutil
import signal
import sys
import threading

from synapse.app.homeserver import main
from synapse.storage.engines.sqlite import Sqlite3Engine


def end_with_parent(folder):
    while os.read(0, 4096):
        os.kill(os.getpid(), signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def wait_for_no_disk(engine, connection, usual=Sqlite3Engine.on_new_connection):
    # Nobody needs these data when the machine has lost its power.
    usual(engine, connection)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")


Sqlite3Engine.on_new_connection = wait_for_no_disk
config, folder = sys.argv[1:]
threading.Thread(target=end_with_parent, args=(folder,), daemon=True).start()
sys.argv = ["synapse", "--config-path", config]
main()
