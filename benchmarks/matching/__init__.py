"""Matching against plain yardsticks: optimality, speed, memory, and what clerks would do."""
