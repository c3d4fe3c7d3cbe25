"""Reading figures, the rows behind them, and the words beside them."""

from app.reports.queries.figures import MOST_ROWS, Row, mobilised, rows_behind
from app.reports.queries.names import labels_of, units_of_kinds, ward_names, wards_of
from app.reports.queries.public import public_totals

__all__ = [
    "MOST_ROWS",
    "Row",
    "labels_of",
    "mobilised",
    "public_totals",
    "rows_behind",
    "units_of_kinds",
    "ward_names",
    "wards_of",
]
