"""Glue to the outside: database, transactions, jobs, crypto, words, files.

Infra knows no rule of the trade; areas call it, it calls no area.
"""
