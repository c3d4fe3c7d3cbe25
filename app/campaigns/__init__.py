"""Campaigns: reminders to the people on a ward's list, such as of health-insurance cards.

draft -> running <-> paused; running, paused -> stopped. A list of cards comes in and each day a
running campaign owes a notice to every holder whose card runs out in 30, 15, 7 or 1 days.
Invariants: no two reminders for one card, expiry and step; a renewed card is reminded of nothing.
"""
