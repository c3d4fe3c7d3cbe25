"""Matching against plain yardsticks: optimality, speed, memory, and what clerks would do.

results.json holds what was measured last, and on which machine; ratios travel, seconds do not.
"""
