"""What staff type about households, people, facts and lists."""

from app.households.forms.household import HouseholdForm, MemberForm
from app.households.forms.lists import ChosenForm, FilterForm, RowForm, UploadForm
from app.households.forms.vouching import (
    ConsentForm,
    ReasonForm,
    RevealForm,
    StandingForm,
    VisitForm,
)

__all__ = [
    "ChosenForm",
    "ConsentForm",
    "FilterForm",
    "HouseholdForm",
    "MemberForm",
    "ReasonForm",
    "RevealForm",
    "RowForm",
    "StandingForm",
    "UploadForm",
    "VisitForm",
]
