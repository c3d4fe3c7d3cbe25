"""A large list of households through worker and database, against the figures of the design."""
