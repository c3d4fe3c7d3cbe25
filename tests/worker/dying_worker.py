"""A real worker of the notify lane that stops at a given step, for a test to kill it there.

python tests/worker/dying_worker.py [STEP MARKER]: at STEP it writes MARKER and stands still.
"""

import sys
import time
from pathlib import Path

from flask import Flask

from app.config import Settings
from app.infra.crypto import FieldCipher, use_cipher
from app.infra.database import bind, make_engine
from app.notices.channels import Smtp
from worker.jobs import notices
from worker.runner import drain


def stand_still(marker):
    Path(marker).write_text("here")
    time.sleep(600)


def stop_at(step, marker):
    deliver, holds = Smtp.deliver, notices.still_holds

    def before_claim(session, notice):
        stand_still(marker)
        return holds(session, notice)

    def before_send(self, letter):
        stand_still(marker)
        return deliver(self, letter)

    def before_record(self, letter):
        provider_id = deliver(self, letter)
        stand_still(marker)
        return provider_id

    if step == "before-claim":
        notices.still_holds = before_claim
    else:
        Smtp.deliver = {"before-send": before_send, "before-record": before_record}[step]


if __name__ == "__main__":
    settings = Settings.from_env()
    bind(make_engine(settings))
    use_cipher(FieldCipher(settings.field_keys, settings.index_key))
    app = Flask("worker")
    app.config["NC"] = settings
    if len(sys.argv) > 1:
        stop_at(*sys.argv[1:])
    with app.app_context():
        drain("notify")
