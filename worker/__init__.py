"""What RQ runs: lanes drained row by row, the periodic table, the relay.

Nothing in `app` imports this package; jobs are enqueued by name (app.infra.jobs).
"""
