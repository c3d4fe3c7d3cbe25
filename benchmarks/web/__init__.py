"""Pages against a bare Flask page with one query."""
