"""Stock: what of a pledge has really come in, and where each unit is now.

A receipt books units of a pledge line (goods inspected, or money seen in the fund's account)
and opens a lot. Units go donor -> stock -> out -> recipient, or stock|out -> scrapped, or back
to the donor. Invariants: no account below zero; a balance is the sum of its movements; no cause
moves twice; receipts are numbered without a gap in each ward and year.
"""
