"""The same probes against a plain admin of the same models: they see leaks where there are some."""

import pytest
from django.test import override_settings
from django.urls import clear_url_caches

from tests.isolation import policy
from tests.isolation.asking import ask_what_may_break
from tests.isolation.channels import load
from tests.world import registered_admins

pytestmark = [pytest.mark.peer, pytest.mark.usefixtures("quiet")]

ASKED = (
    "rows_of_the_list",
    "choices_of_filters",
    "lookups_in_the_address",
    "search",
    "autocomplete",
    "pages_by_key",
    "posts_by_key",
    "own_record",
    "inlines",
    "save_as_new",
    "choices_of_the_add_form",
    "initial_values_from_the_address",
    "foreign_records_in_forms",
    "fields_that_no_form_asks_for",
    "bulk_actions",
    "list_editable",
    "deletion",
    "changes_of_those_who_only_read",
    "export",
    "redirects_by_content_type",
    "headers",
    "popups_and_other_fields_of_reference",
)
"""The channels that a plain admin has too."""

LEAKING = {
    "rows_of_the_list",
    "choices_of_filters",
    "lookups_in_the_address",
    "search",
    "pages_by_key",
    "own_record",
    "save_as_new",
    "choices_of_the_add_form",
    "initial_values_from_the_address",
    "foreign_records_in_forms",
    "bulk_actions",
    "list_editable",
    "popups_and_other_fields_of_reference",
}
"""Those by which it leaks."""

WHO = ("lead",)
SEEN = [label for label, row in policy.kinds().items() if row["lead"].reads and label in registered_admins()]


@pytest.fixture
def plain():
    from tests.isolation import peer  # noqa: PLC0415 - registers a second site

    with override_settings(ROOT_URLCONF="tests.isolation.peer"):
        clear_url_caches()
        yield peer.site
    clear_url_caches()


@pytest.mark.parametrize("name", ASKED)
def test_a_plain_admin_leaks(name, plain, office, record_property):
    """Where a plain admin leaks, the probe sees it at one kind at least; where it does not, the probe is not easily
    frightened."""
    cells, leaks = 0, []
    for label in SEEN:
        asked, found = ask_what_may_break(load()[name], office, label, site=plain, actors=WHO)
        cells += asked
        leaks += found
        if leaks and name in LEAKING:
            break
    record_property("peer_cells", cells)
    record_property("peer_leaks", len(leaks))
    assert bool(leaks) == (name in LEAKING), leaks[:3]
