"""Operations: is the site alive and ready, what work waits, what failed and why, in plain words."""
