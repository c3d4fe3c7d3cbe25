"""The rules of the catalogue: what describes a kind, and when an offer fits a need. Pure."""

from app.catalogue.rules.crowds import (
    SMALLEST_CROWD,
    SMALLEST_SENSITIVE_CROWD,
    TOLD_BY_KIND,
    smallest_crowd,
)
from app.catalogue.rules.fitting import (
    DEPTH_BELOW_THIGH,
    RULES,
    SEAT_BEYOND_HIP,
    Seat,
    blocking_field,
    fits,
    seat_for,
    size_to_show,
)
from app.catalogue.rules.specs import (
    FieldType,
    Kind,
    Model,
    Spec,
    SpecFault,
    SpecField,
    referral,
    spec_faults,
    spec_fields,
)

__all__ = [
    "DEPTH_BELOW_THIGH",
    "RULES",
    "SEAT_BEYOND_HIP",
    "SMALLEST_CROWD",
    "SMALLEST_SENSITIVE_CROWD",
    "TOLD_BY_KIND",
    "FieldType",
    "Kind",
    "Model",
    "Seat",
    "Spec",
    "SpecFault",
    "SpecField",
    "blocking_field",
    "fits",
    "referral",
    "seat_for",
    "size_to_show",
    "smallest_crowd",
    "spec_faults",
    "spec_fields",
]
