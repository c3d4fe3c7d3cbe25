"""Names of households on a page: whoever sees them has looked, and the journal says so."""

from collections.abc import Iterable

from flask import Flask, Response, g, make_response, render_template, request

from app.accounts.access import current_actor
from app.audit.actions import Subject, record
from app.infra.database import DatabaseFault
from app.infra.transaction import transaction

SHOWN, UNAVAILABLE = 200, 503


def shows_names_of(households: Iterable[str]) -> None:
    """Tell that the page being made shows names of these; the look is in the journal before it."""
    g.shown_names = g.get("shown_names", set()) | set(households)


def init_app(app: Flask) -> None:
    """Write looks down before their pages leave `app`."""
    app.after_request(_note_look)


def _note_look(response: Response) -> Response:
    """Write a look down in a transaction of its own; a form sent back by mistake is none anew.

    Where it cannot be written nothing is shown: names are read under the eyes of the journal.
    """
    shown = g.get("shown_names")
    if shown and request.method == "GET" and response.status_code == SHOWN:
        actor = current_actor()
        subject = Subject("look", request.endpoint or "", actor.home_ward)
        try:
            with transaction(one_statement=True) as session:
                record(session, actor, "see-names", subject, changes={"households": sorted(shown)})
        except DatabaseFault:
            return make_response(render_template("errors/503.html", words=None), UNAVAILABLE)
    return response
