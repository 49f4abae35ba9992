import pytest
from django.utils import translation


@pytest.fixture
def english():
    """Messages as they stand in the source."""
    with translation.override(None):
        yield
