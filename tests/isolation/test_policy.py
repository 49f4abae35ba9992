"""The policy names everything that is registered, and the role table says the same as the policy."""

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.urls import URLPattern

from danvan.access.roles import RIGHTS, Role
from danvan.site import PAGES
from tests.crawl.addresses import label_of, patterns
from tests.isolation import policy
from tests.world import registered_admins, registered_labels

ROLE_OF = {
    "lead": Role.UNIT_LEAD,
    "unit viewer": Role.UNIT_VIEWER,
    "council member": Role.COUNCIL_MEMBER,
    "auditor": Role.VIEWER,
    "clerk": Role.CLERK,
    "officer": Role.STAFF,
    "leader": Role.LEADER,
    "administrator": Role.ADMINISTRATOR,
}

PERSONAL = {"organization.person": {"birth_date", "birth_year"}, "organization.user": {"email", "telephone"}}
"""The fields that roles.py opens with the verb ``personal``; the policy lists from whom they are hidden."""

OWNED_BY_ONE = {
    "notices.contact": "read and written on the page of the duty, by whom the policy says in words",
    "transfers.importjob": "seen by whoever uploaded it, in the pages of importing",
}
"""Kinds without an admin of their own."""


def test_every_registered_kind_is_named():
    named = set(policy.kinds())
    assert named | set(OWNED_BY_ONE) == set(RIGHTS) | {"organization.membership"}
    assert set(registered_labels()) - named == set()


def test_the_role_table_says_what_the_policy_says():
    differences = []
    for label, row in policy.kinds().items():
        for column, role in ROLE_OF.items():
            allowed = row[column].verbs | row[column].deeds
            if label in PERSONAL and row[column].reads and not policy.masked_from(column, label) & PERSONAL[label]:
                allowed |= {"personal"}
            granted = set(RIGHTS.get(label, {}).get(role, "").split())
            if allowed != granted:
                differences.append(f"{label}, {column}: policy {sorted(allowed)}, roles.py {sorted(granted)}")
    assert differences == []


def test_an_empty_cell_is_refused(tmp_path, monkeypatch):
    document = tmp_path / "access.md"
    document.write_text(
        policy.DOCUMENT.read_text().replace("| organization.area | refused |", "| organization.area |  |")
    )
    monkeypatch.setattr(policy, "DOCUMENT", document)
    policy.kinds.cache_clear()
    try:
        policy.kinds()
    except ValueError as error:
        assert "organization.area" in str(error)
    else:
        raise AssertionError("an empty cell was taken")
    finally:
        policy.kinds.cache_clear()


def test_masked_fields_exist():
    for row in policy.masked():
        registered_admins()[row.label].model._meta.get_field(row.field)


# --- What is registered -----------------------------------------------------------------------------------------------


def names_in(table):
    return {row[0] for row in policy.tables()[table]}


def test_every_address_is_named():
    labels = registered_labels()
    found = set()
    for name, pattern in patterns():
        label = label_of(name, labels)
        found.add(name.replace(f"admin:{label.replace('.', '_')}_", "*:") if label else name or str(pattern.pattern))
        assert isinstance(pattern, URLPattern)
    assert found == names_in(3)


def test_every_page_of_numbers_is_named():
    assert {name for _label, _icon, _words, name in PAGES} | {"admin:index"} == set(policy.pages())


def test_every_action_is_named():
    found = {
        f"{label}: {name}"
        for label, model_admin in registered_admins().items()
        for action in model_admin.actions
        if (name := action if isinstance(action, str) else action.__name__)
    }
    assert found | {"delete_selected"} == names_in(4) | {name for name, _function in admin.site.actions}


def test_every_filter_of_our_own_is_named():
    found = set()
    for label, model_admin in registered_admins().items():
        for item in model_admin.list_filter:
            kind = item[1] if isinstance(item, tuple) else item
            if not isinstance(kind, str) and (isinstance(item, tuple) or issubclass(kind, SimpleListFilter)):
                found.add(f"{label}: {kind.__name__}")
    assert found == names_in(5)


def test_every_resource_is_named():
    found = {
        f"{label}: {name}"
        for label, model_admin in registered_admins().items()
        if (resource := getattr(model_admin, "resource_class", None))
        for name in resource.fields
    }
    assert found == {f"{label}: {name}" for label, columns in names_and_columns() for name in columns.split(", ")}


def names_and_columns():
    return [(row[0], row[1]) for row in policy.tables()[6]]
