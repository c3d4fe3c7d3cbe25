"""Python runs this first in every process of a site whose PYTHONPATH begins here."""

import os
import traceback

# Python reports what goes wrong here and goes on; a site without what was planted proves nothing.
try:
    from tests.faults.planting import plant

    plant(os.environ["PLANTED"].split())
except BaseException:  # noqa: BLE001 - whatever it is, nothing may run without it.
    traceback.print_exc()
    os._exit(1)
