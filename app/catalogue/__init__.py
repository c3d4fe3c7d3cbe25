"""The catalogue: what can be needed and pledged, as data, the same words on both sides.

A support kind has a unit, spec fields with their fit rule, a reference value, the evidence its
needs must show, and the model by which it is matched. Staff propose changes; code holds none.
"""
