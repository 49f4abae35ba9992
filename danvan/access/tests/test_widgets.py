"""What no page of the site sends where a key is asked for."""

import pytest

from awards.tests.factories import make_nomination
from danvan.access.roles import Role
from tests.factories import logged_in, make_user

pytestmark = pytest.mark.django_db
NO_KEYS = pytest.mark.parametrize("key", ["9" * 30, "9" * 5000, "-1", "x", "\0", "٣"])


@NO_KEYS
@pytest.mark.parametrize(("page", "name"), [("organization/unit", "area"), ("movements/reportingscheme", "units")])
def test_what_is_no_key_is_refused_in_a_form_that_is_drawn_again(page, name, key):
    answer = logged_in(make_user(Role.ADMINISTRATOR)).post(f"/admin/{page}/add/", {name: key})
    assert answer.status_code == 200
    assert name in answer.context["adminform"].form.errors


@NO_KEYS
def test_what_is_no_key_is_not_ticked(key):
    make_nomination()
    client = logged_in(make_user(Role.STAFF))
    data = {"action": "appraise_selected", "_selected_action": [key], "index": 0}
    assert client.post("/admin/awards/nomination/", data).status_code in (200, 302)
