"""Needs: what one household needs of one support kind, in units, by when, and how urgently.

draft -> submitted -> verified -> approved -> closed; submitted|verified -> rejected; approved <->
suspended; approved -> expired|withdrawn. An approved need is open; its anonymised card may stand
on the public board. Invariants: covered never exceeds units; who registers does not verify what
is dear, and who verifies never approves; a card names no small group (k = 5, DOMAIN.md, 5).
"""
