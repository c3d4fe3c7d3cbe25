"""What staff type about their ward's residential groups."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.infra.forms import BaseForm
from app.infra.i18n import lazy_

LONGEST_NAME = 60


class GroupForm(BaseForm):
    """A group's name as its people say it; "13" is Tổ dân phố 13."""

    name = StringField(lazy_("Tên tổ, thôn"), [DataRequired(), Length(max=LONGEST_NAME)])

    def draft(self) -> str:
        """The name. Call after validate()."""
        return self.name.data or ""
