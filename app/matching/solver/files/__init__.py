"""Matching problems as files: reading, refusing what is malformed, and writing plans.

A problem is a folder of needs.csv, pledges.csv, geo.csv, blocked.csv and meta.json; a plan is a
CSV of pledge_id, need_id, units. Source: MATCHING.md, "The file interface".
"""
