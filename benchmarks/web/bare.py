"""The yardsticks: a bare Flask page with one query, and a bare form that writes one row."""

import os

from flask import Flask
from sqlalchemy import create_engine, text

engine = create_engine(os.environ["DATABASE_URL"], pool_size=5)
app = Flask(__name__)
with engine.begin() as first:
    # Each of the server's processes comes by here.
    first.execute(text("select pg_advisory_xact_lock(1)"))
    first.execute(
        text(
            "create table if not exists bare_row"
            " (id bigint generated always as identity primary key, words text not null)"
        )
    )


@app.get("/")
def page() -> str:
    """One query, one line."""
    with engine.connect() as connection:
        row = connection.execute(text("select code, name from ward limit 1")).first()
    return f"<!doctype html><title>ward</title><h1>{row}</h1>"


@app.post("/row")
def row() -> tuple[str, int]:
    """One row, one commit."""
    with engine.begin() as connection:
        connection.execute(text("insert into bare_row (words) values ('a gift')"))
    return "", 303
