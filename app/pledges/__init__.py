"""Pledges: what a donor promises, line by line, and how much of each line is spoken for.

draft -> offered -> accepted -> open -> closed; offered -> declined; offered|accepted|open ->
withdrawn, open -> expired (free units only). Progress is derived from counts, never a state.
Invariants, held by the database: free + reserved + fulfilled + withdrawn = units; pledged >=
reserved >= handed over >= confirmed and pledged >= received >= handed over; each count is the
sum of its append-only movements.
"""
