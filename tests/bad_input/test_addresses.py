"""Whatever stands in an address: a page or a way back to one, never a fault of the program."""

import pytest
from django.apps import apps
from django.urls import reverse

from danvan.site import PAGES
from movements.domain.duties import CALL
from tests.bad_input.discovery import ABOUT_A_DUTY
from tests.crawl.reading import english_in, is_page, parse
from tests.world import built_world, registered_admins, world  # noqa: F401 - fixtures

HUGE = "9" * 30
QUERIES = [
    "q=%00",
    "q=" + "a" * 2000,
    "q=%25_%27%22%5C",
    f"p={HUGE}",
    "p=abc",
    "o=99.-99.abc",
    "e=1",
    "_facets=True&_popup=1&_to_field=abc",
    "abc__gte=abc",
    f"id__exact={HUGE}",
    "pk__in=%00",
]
KEYS = ["0", HUGE, "abc", "%00", "' OR 1=1"]
VALUES = ["abc", "%00", HUGE, "31/02/2026"]


def must_answer(client, addresses):
    wrong = []
    for address in addresses:
        try:
            answer = client.get(address)
        except Exception as error:
            wrong.append(f"{address[:120]}: {error!r}")
            continue
        if answer.status_code not in (200, 302, 400, 403, 404):
            wrong.append(f"{address[:120]}: {answer.status_code}")
        if is_page(answer):
            wrong += [f"{address[:120]}: {text}" for text in english_in(parse(answer))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("label", registered_admins())
def test_lists_and_records(label, world, caplog):  # noqa: F811
    caplog.set_level("CRITICAL", logger="django.request")
    root = f"/admin/{label.replace('.', '/')}/"
    client = world.client("administrator")
    page = client.get(root)
    names = [name for spec in page.context["cl"].filter_specs for name in spec.expected_parameters()]
    must_answer(
        client,
        [f"{root}?{query}" for query in QUERIES]
        + [f"{root}?{name}={value}" for name in names for value in VALUES]
        + [f"{root}{key}/change/" for key in KEYS]
        + [f"{root}1/{page}/?_to_field={value}" for page in ("change", "delete") for value in ("", "abc", "%00")]
        + [f"{root}add/?unit={value}&round={value}&campaign={value}" for value in VALUES],
    )


@pytest.mark.parametrize("page", [name for _label, _icon, _words, name in PAGES])
def test_pages_of_our_own(page, world, caplog):  # noqa: F811
    caplog.set_level("CRITICAL", logger="django.request")
    client = world.client("staff")
    address = reverse(page)
    controls = parse(client.get(address)).xpath("//form[not(@method='post')]//*[@name]/@name")
    assert controls
    must_answer(client, [f"{address}?{name}={value}" for name in dict.fromkeys(controls) for value in VALUES])


@pytest.mark.parametrize("page", ["admin:notices_duties_zalo", *sorted(ABOUT_A_DUTY)])
def test_pages_about_what_was_ticked(page, world, caplog):  # noqa: F811
    caplog.set_level("CRITICAL", logger="django.request")
    values = [*VALUES, f"{CALL}:{HUGE}", f"{CALL}:%00", f"{CALL}:0", ":", f"{CALL}:-1"]
    must_answer(world.client("staff"), [f"{reverse(page)}?duty={value}&back={value}" for value in ("", *values)])


@pytest.mark.parametrize("label", registered_admins())
def test_drop_downs_over_each_relation(label, world):  # noqa: F811
    model = apps.get_model(label)
    query = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&term=a"
    names = [field.name for field in model._meta.get_fields()]
    must_answer(
        world.client("administrator"), [f"{reverse('admin:autocomplete')}?{query}&field_name={name}" for name in names]
    )
