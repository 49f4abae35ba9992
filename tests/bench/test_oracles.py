import pytest

from tests.bench.oracles import mann_whitney


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 0.0090),
        ([6, 7, 8, 9, 10], [1, 2, 3, 4, 5], 0.0090),
        ([1, 1, 2], [1, 2, 2], 0.4561),
        ([1, 4], [2, 3], 1.0),
        ([5, 5, 5], [5, 5, 5], 1.0),
    ],
)
def test_mann_whitney(first, second, p):
    assert mann_whitney(first, second) == pytest.approx(p, abs=0.0001)
