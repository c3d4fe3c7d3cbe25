"""Accounts: people who sign in, the roles they hold for a time, and what each may do.

An account may hold several assignments (a role in a ward, province, group or donor); a session
acts under one of them. Passwords are argon2id; a session's token is kept only as its digest.
Invariants: no assignment without an end; nobody grants to themselves; sessions end on any change
of password, role or account; a wrong name and a wrong password look the same.
"""
