"""The application for a WSGI server: `gunicorn wsgi:app`, configured by the environment."""

import gc

from app.config import Settings
from app.factory import create_app

app = create_app(Settings.from_env())

# What stands now stands for ever; collecting it again takes a tenth of each page's time.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
