"""Tables of households. All are protected: the database shows a ward's rows to its staff only."""

from app.households.models.homes import Household, HouseholdMerge, Member, Standing
from app.households.models.lists import HouseholdImport, ImportRow
from app.households.models.saying import Consent, Kin

__all__ = [
    "Consent",
    "Household",
    "HouseholdImport",
    "HouseholdMerge",
    "ImportRow",
    "Kin",
    "Member",
    "Standing",
]
