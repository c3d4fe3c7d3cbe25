"""Rules of matching, pure: the policy, the pairs that fit, and the states."""
