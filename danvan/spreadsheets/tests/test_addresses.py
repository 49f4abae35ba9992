import pytest

from danvan.spreadsheets.addresses import cell_address, column_letter


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_column_letter(index, letters):
    assert column_letter(index) == letters


def test_cell_address():
    assert [cell_address(0, 0), cell_address(16, 2)] == ["A1", "C17"]
