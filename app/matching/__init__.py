"""Matching: a run proposes who gets what, with reasons; people decide; then units are promised.

Run: pending -> running -> ready | failed; a newer one makes it superseded. Proposal: proposed ->
accepted | declined | superseded; it reserves nothing. Allocation: an accepted proposal, approved ->
handed -> confirmed, or released.
Invariants: no line and no need is promised beyond its units; nobody approves what they prepared;
only a plan that was proven optimal is shown.
"""
