"""Audit: who did what to which record, and who looked at whom; append-only.

An event holds salted digests of what changed; old and new values stand beside it with their
salt, so that erasing a person leaves a chain that still verifies. A sealer hashes committed
events into `seal`, one chain an epoch; `nhipcau audit verify` names the first bad seal.
Invariants: no event is changed or deleted; each is sealed once; a seal names its forerunner.
"""
