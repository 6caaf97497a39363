"""What a real worker writes about a message that it cannot handle: that, and not what stood in it."""

import base64
import json
import subprocess
import sys
import time
from pathlib import Path

from ams import heartbeat
from ams.celery import app

WORKER = [sys.executable, "-m", "celery", "-A", "ams.celery", "worker", "-P", "solo", "-Q", "worker-log-test"]
VALUE = "ann.archer@example.org"


def test_no_value_of_a_message_reaches_the_worker_s_log(tmp_path: Path) -> None:
    app.send_task("nobody.knows.this", args=[VALUE], queue="worker-log-test")
    log = tmp_path / "worker.log"
    with (
        log.open("wb") as out,
        subprocess.Popen([*WORKER, "--without-mingle"], stdout=out, stderr=out) as worker,
    ):
        deadline = time.monotonic() + 30
        while "unregistered task" not in log.read_text():
            assert worker.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        worker.terminate()
    assert '"level": "error"' in log.read_text(), "it is written in the house's format"
    assert VALUE not in log.read_text()


def test_the_value_stands_where_the_message_is_kept() -> None:
    """The test above would see it: the broker has it while the message waits."""
    app.send_task("nobody.knows.this", args=[VALUE], queue="never-read")
    with app.connection_for_read() as wire:
        broker = heartbeat.client_of(wire)
        kept = broker.lrange("never-read", 0, -1)
        broker.delete("never-read")
    assert VALUE in base64.b64decode(json.loads(kept[0])["body"]).decode()
