"""The desk: the first page after signing in, with only what waits for this person, oldest first.

Reads only, across all areas, in one statement; so it stands at the top of the areas.
"""
