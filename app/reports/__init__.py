"""Reports: what was mobilised and where it went, each figure drillable to its rows.

Reads only. A figure, its rows, its CSV and its XLSX come from one query, so they cannot differ.
"""
