"""What donors and staff type about pledges, in shapes only."""

from app.pledges.forms.fields import DongField, UnitsField
from app.pledges.forms.people import ContactDraft, DonorForm, ProfileForm, SignUpForm
from app.pledges.forms.staff import AnnounceForm, DecideForm, DeclineForm, ReceiveForm, SearchForm
from app.pledges.forms.wizard import (
    ChangeForm,
    EarmarkForm,
    KindForm,
    LineForm,
    WindowForm,
    WithdrawForm,
    line_form,
)

__all__ = [
    "AnnounceForm",
    "ChangeForm",
    "ContactDraft",
    "DecideForm",
    "DeclineForm",
    "DongField",
    "DonorForm",
    "EarmarkForm",
    "KindForm",
    "LineForm",
    "ProfileForm",
    "ReceiveForm",
    "SearchForm",
    "SignUpForm",
    "UnitsField",
    "WindowForm",
    "WithdrawForm",
    "line_form",
]
