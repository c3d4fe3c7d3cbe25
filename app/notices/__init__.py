"""Notices: messages owed to people, each exactly once per event and person.

queued -> sending -> sent -> delivered|failed; sending -> uncertain -> sent|abandoned; queued ->
held|skipped; held -> queued|skipped. A notice is owed in the transaction of its event, under a
dedupe key of event, person and template. Invariants: no two with one key; an outcome that is not
known is never sent again blindly; texts hold no illness, class, amount or reason.
"""
