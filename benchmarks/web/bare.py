"""The yardstick: a bare Flask page with one query, on the same server and database."""

import os

from flask import Flask
from sqlalchemy import create_engine, text

engine = create_engine(os.environ["DATABASE_URL"], pool_size=5)
app = Flask(__name__)


@app.get("/")
def page() -> str:
    """One query, one line."""
    with engine.connect() as connection:
        row = connection.execute(text("select code, name from ward limit 1")).first()
    return f"<!doctype html><title>ward</title><h1>{row}</h1>"
