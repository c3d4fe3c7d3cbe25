"""Notices and wake-ups against do-nothing RQ jobs."""
