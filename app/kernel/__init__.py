"""Shared words of the trade, pure: money, clock, ids, Vietnamese text, errors.

Nothing here knows of a web request, a database or a queue.
"""
