"""Handovers: the appointment, what really reached whom, and its confirmation.

An appointment invites a household for an allocation: invited -> changed|done|missed|cancelled. A
handover books units given, to the household itself or to a proxy, with who handed over. Returns
reverse it. A second person's confirmation closes the need. Invariants: handed over never exceeds
reserved nor received; confirmed never exceeds handed over; nothing is deleted, only reversed.
"""
