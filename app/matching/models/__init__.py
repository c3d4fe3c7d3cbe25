"""Tables of matching: the policy, the runs, what they proposed, and what people approved."""

from app.matching.models.ballots import Ballot, BallotPaper, BallotVote
from app.matching.models.policies import Policy, PolicyComparison
from app.matching.models.proposals import Allocation, ProgrammeShare, Proposal, Unmatched
from app.matching.models.runs import (
    MatchQuota,
    MatchRun,
    MatchShard,
    NightlyProvince,
    RunSnapshot,
    ShardSnapshot,
)

__all__ = [
    "Allocation",
    "Ballot",
    "BallotPaper",
    "BallotVote",
    "MatchQuota",
    "MatchRun",
    "MatchShard",
    "NightlyProvince",
    "Policy",
    "PolicyComparison",
    "ProgrammeShare",
    "Proposal",
    "RunSnapshot",
    "ShardSnapshot",
    "Unmatched",
]
