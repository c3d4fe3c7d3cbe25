"""Reads of matching, by subject: policy, problem, runs, proposals, allocations, reasons."""
