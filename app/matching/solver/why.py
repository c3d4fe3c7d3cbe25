"""What becomes of a need or a pledge, in a word."""

from enum import StrEnum


class Why(StrEnum):
    """What became of a need or a pledge."""

    SERVED = "served"
    PARTLY = "partly"
    NOTHING_FITS = "nothing-fits"
    NEEDIER = "needier-claim"
    LOST_IN_TIER = "lost-in-tier"
    FLOOR = "floor-first"
    NO_NEED_FITS = "no-need-fits"
    NEEDS_MET = "needs-met"
