"""Reading a ward's own household list, pure: bytes in, judged rows out.

`read_list(body, name, today)` opens the workbook in a child process with limits
(app.households.sheets.workbook), finds the header of each sheet by its words, and judges every row
(verdicts). No framework, no database; the twins among stored households are the action's matter.
"""

from app.households.sheets.cells import Reason
from app.households.sheets.verdicts import Draft, JudgedRow, Verdict, counts_of, judge, read_list
from app.households.sheets.workbook import FileRefused, SheetRows

__all__ = [
    "Draft",
    "FileRefused",
    "JudgedRow",
    "Reason",
    "SheetRows",
    "Verdict",
    "counts_of",
    "judge",
    "read_list",
]
