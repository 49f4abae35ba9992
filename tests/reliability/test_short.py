"""The short form of ``make reliability``, on the database of the suite."""

import pytest

from tests.plugin import database_url
from tests.reliability.drill import drill
from tests.reliability.house import House


@pytest.mark.processes
@pytest.mark.reliability
def test_whatever_dies_nobody_is_forgotten(transactional_db, tmp_path, record_property):
    finding = drill(House(tmp_path, database_url()))
    record_property("figure", f"reliability short {finding.line}")
    assert finding.problems == []
