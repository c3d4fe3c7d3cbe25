"""Places: provinces and wards as the State numbers them, and the groups below a ward.

Codes are text with leading zeros and are never reused (Decision 19/2025/QD-TTg). A ward is a
phường, a xã or a đặc khu. A residential group has no national code; it is the ward's own.
Invariant: a group belongs to one ward for ever; a changed group is closed and a new one opened.
"""
