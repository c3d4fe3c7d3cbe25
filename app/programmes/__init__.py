"""Programmes: dated drives such as Tết for the poor, 27/7, back to school.

A programme has dates, a scope (the nation, a province or a ward) and the kinds it gathers. Its
needs and pledges may be tied to it. Invariant: where `once_per_household` is set, a household
gets one allocation in it across all donors, kept by a unique row in the database.
"""
