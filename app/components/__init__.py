"""The style guide: one page with every component in its states, and the target of axe.

It has no state of its own, shows invented words only, and is not served in production.
"""
