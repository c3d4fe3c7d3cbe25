"""Households: who lives where in a ward, what is known of them, and who vouched for it.

A household is registered by hand, from a hardship report or from the ward's own spreadsheet. Its
standing is a set of facts, each with a source, a verifier, an approver and an expiry: submitted ->
verified -> approved -> ended; submitted|verified -> rejected. An import: uploaded ->
checked|refused; checked -> committing -> committed -> undone. Invariants: verified by one
person, approved by another; a citizen number once in a ward; identity opens with a reason, and
the journal knows.
"""
