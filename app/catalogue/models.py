"""The table of support kinds."""

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class SupportKind(Base):
    """One kind of help. `code` is the field's short Vietnamese name, such as xe_lan.

    spec_fields: list of {"name", "label_vi", "label_en", "type", "choices"…}; fit: how a
    pledge's spec serves a need's (app.catalogue.rules). reference_value: đồng a unit.
    """

    __tablename__ = "support_kind"
    __table_args__ = (
        CheckConstraint("model in ('units','item','place','project','money')", name="model_known"),
        CheckConstraint("reference_value >= 0", name="value_not_negative"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    label_vi: Mapped[str]
    label_en: Mapped[str]
    unit_vi: Mapped[str]
    unit_en: Mapped[str]
    model: Mapped[str]
    icon: Mapped[str]
    reference_value: Mapped[int]
    max_units: Mapped[int]
    repeat_after_days: Mapped[int]
    one_per_household: Mapped[bool]
    is_open: Mapped[bool]
    position: Mapped[int]
    spec_fields: Mapped[list[dict[str, object]]] = mapped_column(JSONB)
    fit: Mapped[dict[str, object]] = mapped_column(JSONB)
    evidence: Mapped[list[dict[str, object]]] = mapped_column(JSONB)
