"""Cell addresses as people read them."""

from xlsxwriter.utility import xl_col_to_name


def column_letter(index: int) -> str:
    """Return the letters of the column at *index*, counted from 0: 0 is "A", 27 is "AB"."""
    return xl_col_to_name(index)


def cell_address(row: int, column: int) -> str:
    """Return the address of a cell, both counted from 0: (16, 2) is "C17"."""
    return f"{column_letter(column)}{row + 1}"
