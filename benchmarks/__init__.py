"""Measurements against yardsticks in the same run; `./nhipcau bench` runs them."""
