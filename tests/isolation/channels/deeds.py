"""Deeds and actions: who may do what, whatever is posted."""

from tests.crawl.addresses import deeds_of
from tests.isolation.case import Verdict
from tests.isolation.channels import ONE_LEAD, TWO_LEADS, channel
from tests.world import rolled_back


def has_deeds(case):
    return hasattr(case.admin, "transition_view")


@channel("C29", "X-deeds", applies=has_deeds)
def deeds_of_the_role(case):
    """A deed that the policy gives to others is refused on a record that one may see; GET does none."""
    if not case.actor.column or not case.reads:
        return
    side = getattr(case.world, case.home)
    for deed, state in deeds_of(case.label).items():
        with rolled_back():
            row = side.in_state(case.label, state)
            kept = case.model.objects.filter(pk=row.pk).values()
            before = kept.get()
            case.client.get(case.url("transition", row.pk, deed))
            yield Verdict(case.home, "" if kept.get() == before else f"GET does {deed}")
            if deed not in case.access(case.home).deeds:
                case.client.post(case.url("transition", row.pk, deed), {"reason": "vì"})
                yield Verdict(case.home, "" if kept.get() == before else f"{deed} was done")
                page = case.get("change", row.pk).content.decode()
                button = case.url("transition", row.pk, deed)
                yield Verdict(case.home, f"{deed} has a button" if button in page else "")


@channel("C29", "W-deeds", actors=TWO_LEADS, applies=has_deeds)
def deeds_on_foreign_records(case):
    """A deed of the unit's own, posted with the key of a foreign record that stands ready for it."""
    for side in case.forbidden:
        if side not in case.sides:
            continue
        for deed, state in deeds_of(case.label).items():
            if deed not in case.access(case.home).deeds:
                continue
            with rolled_back():
                row = getattr(case.world, side).in_state(case.label, state)
                kept = case.model.objects.filter(pk=row.pk).values()
                before = kept.get()
                answer = case.client.post(case.url("transition", row.pk, deed), {"reason": "vì"}, follow=True)
                yield from case.told(answer)
                yield Verdict(side, "" if kept.get() == before else f"{deed} was done")


@channel("C6", "C7", "C8", actors=("lead", "unit viewer"), applies=lambda case: case.reads)
def bulk_actions(case):
    """Every action of the list, and Django's own, over foreign rows and "over all"."""
    names = {*case.admin.get_actions(case.request()), "delete_selected", "export_admin_action"}
    foreign = [row.pk for side in case.forbidden for row in case.rows(side)]
    own = [row.pk for row in case.rows(case.home)][:1]
    before = [row for row in case.state() if row[0] in foreign]
    for name in sorted(names):
        for across in ("0", "1"):
            data = {"action": name, "_selected_action": foreign + own, "select_across": across, "index": 0}
            with rolled_back():
                for more in ({}, {"post": "yes"}):
                    answer = case.client.post(case.url("changelist"), data | more, follow=True)
                    yield from case.told(answer)
                after = [row for row in case.state() if row[0] in foreign]
            yield Verdict("foreign", "" if after == before else f"{name} changed foreign rows")


@channel("X-list-editable", actors=ONE_LEAD, applies=lambda case: case.reads)
def list_editable(case):
    """A list that is posted as if its cells could be edited, with the key of a foreign row."""
    before = case.state()
    for side in case.forbidden:
        for row in case.rows(side)[:1]:
            data = {
                "form-TOTAL_FORMS": 1,
                "form-INITIAL_FORMS": 1,
                "form-0-id": row.pk,
                "form-0-name": "x",
                "_save": "1",
            }
            answer = case.client.post(case.url("changelist"), data, follow=True)
            yield from case.told(answer)
            yield Verdict(side, "" if case.state() == before else "changed a row")


@channel("C4", "W-delete")
def deletion(case):
    """Only who may delete deletes, and a page that asks for it names nothing that hangs on the record."""
    for row in case.rows(case.home)[-1:]:
        with rolled_back():
            page = case.get("delete", row.pk)
            yield from case.told(page)
            before = case.model._base_manager.count()
            case.post("delete", row.pk, data={"post": "yes"})
            gone = case.model._base_manager.count() < before
        allowed = case.access(case.home).may("delete")
        yield Verdict(case.home, "deleted" if gone and not allowed else "")


@channel("W-change", "W-add")
def changes_of_those_who_only_read(case):
    """A post to the forms by somebody whom the policy lets only read, or not even that, changes nothing."""
    access, before = case.access(case.home), case.state()
    data = {"name": "x", "title": "x", "full_name": "x", "code": "x", "_save": "1"}
    if not access.may("add"):
        case.post("add", data=data)
    if not access.may("change"):
        for row in case.rows(case.home)[:1]:
            case.post("change", row.pk, data=data)
    yield Verdict(case.home, "" if case.state() == before else "something was saved")
