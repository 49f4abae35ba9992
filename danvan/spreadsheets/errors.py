"""What is raised for a file that cannot be read as a table."""

from django.utils.translation import gettext


class SpreadsheetError(Exception):
    """A file that was refused: ``message``, already translated, says what to do; ``cell`` is an address or ""."""

    def __init__(self, message: str, cell: str = ""):
        super().__init__(message, cell)
        self.message = message
        self.cell = cell

    def __str__(self) -> str:
        if not self.cell:
            return self.message
        return gettext("Cell %(cell)s: %(message)s") % {"cell": self.cell, "message": self.message}


def unknown_kind() -> SpreadsheetError:
    return SpreadsheetError(
        gettext("Only Excel workbooks (.xlsx) and CSV files can be read. Open the file in Excel and save it as .xlsx.")
    )


def damaged() -> SpreadsheetError:
    return SpreadsheetError(gettext("The file is damaged. Open it in Excel, save it again and send it once more."))


def protected() -> SpreadsheetError:
    return SpreadsheetError(gettext("The workbook is protected by a password. Remove the password and save it again."))


def too_big() -> SpreadsheetError:
    return SpreadsheetError(gettext("The file is too big. Remove pictures and unused sheets, or split the table."))
