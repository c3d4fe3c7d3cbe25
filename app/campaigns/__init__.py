"""Campaigns: reminders to the people on a ward's list, such as of health-insurance cards.

draft -> running <-> paused; running, paused -> stopped. A list of cards comes in and each day a
running campaign owes a notice to every holder whose card runs out in 30, 15, 7 or 1 days.
A list of more than 200 people needs a second person, who is asked and agrees or declines.
Invariants: no two reminders for one card, expiry and step; a renewed card is reminded of nothing;
nobody is reminded while the list has more people than one may remind alone or another agreed to.
"""
