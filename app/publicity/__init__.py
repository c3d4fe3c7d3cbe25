"""Publicity: what anyone may read without signing in; totals and cards that identify nobody."""
