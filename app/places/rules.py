"""How places are named. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WardName:
    """A ward with its province, which is always shown: 243 ward names repeat."""

    code: str
    name: str
    province_code: str
    province: str

    @property
    def full(self) -> str:
        """`Phường Khương Đình, Thành phố Hà Nội`."""
        return f"{self.name}, {self.province}"


def short_place(ward: str, province: str) -> str:
    """`Phường Khương Đình, Hà Nội`: as one says it; no two provinces differ by their rank alone."""
    said = province.removeprefix("Thành phố ").removeprefix("Tỉnh ")
    return f"{ward}, {said}"


@dataclass(frozen=True, slots=True)
class Group:
    """A residential group of a ward."""

    id: str
    ward_code: str
    name: str
