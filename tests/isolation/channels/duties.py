"""What is due: the page of it, the deeds on what is ticked there and on the board, whatever keys are posted."""

from datetime import timedelta

from django.urls import reverse

from danvan import clock
from danvan.notices.domain.duties import owed
from danvan.notices.sources import sources
from danvan.notices.views.choosing import ASKED, DUTY, EVERYTHING, value_of
from movements.admin.selected import CONFIRMED, DEEDS, PRESS
from movements.domain.duties import RETURNED_REPORT
from tests.isolation import policy
from tests.isolation.case import WORDS, Verdict
from tests.isolation.cast import access_of
from tests.isolation.channels import channel
from tests.world import DAY, everything, rolled_back

RECORD, SEND, CONTACT = ("record", "notices.settlement"), ("send", "notices.reminder"), ("add", "notices.contact")
CHANGES_NOTHING = ("admin:notices_duties_zalo", "admin:notices_remind_preview")


@channel("X-duties", once=True)
def duties_of_the_visitor(case):
    """The page of what is due lists to a unit what it owes itself, whatever the address asks for."""
    address = reverse("admin:notices_duties")
    if not case.actor.is_of_a_unit:
        yield from case.told(case.client.get(address))
        return
    kinds = ({"kind": code} for code in sources())
    words = ({"q": WORDS[side][:4]} for side in case.forbidden)
    for asked in ({}, *({"charge": "all", **data} for data in (*kinds, *words))):
        answer = case.client.get(address, asked)
        units = {row.duty.unit_id for row in answer.context["rows"]}
        own = {getattr(case.world, case.actor.home).unit.pk}
        yield Verdict("other", f"{asked} lists what {units - own} owe" if units - own else "")
        yield Verdict(case.actor.home, "" if asked or units else "lists nothing of one's own")
        yield from case.told(answer)


@channel("X-duties-deeds", "W-duties", once=True)
def deeds_on_duties(case):
    """A deed on ticked duties, reminding by hand and its preview, the official letter, the text for Zalo: posted with
    what an own and a foreign unit owe, and with the form filled in, they are for the holders of the right alone."""
    ticked = {DUTY: [duty for side in (case.world.own, case.world.other) for duty in owed_by(side)]}
    filled = filled_in(case.world)
    for name, *right in pages_of_deeds():
        address, holder = reverse(name), holds(case.actor, *right)
        if not holder:
            yield from case.told(case.client.get(address, ticked))
            yield from refused(case, address, {EVERYTHING: "1", **filled}, name)
            yield from refused(case, address, ticked | filled, name)
            continue
        with rolled_back():
            opened = case.client.post(address, ticked).status_code
            yield Verdict("other", "" if opened == 200 else f"{name} answered {opened} to who may")
            before = everything()
            case.client.post(address, ticked | filled)
            idle = name not in CHANGES_NOTHING and everything() == before
            yield Verdict("other", f"{name} is asked in vain" if idle and case.actor.name == "staff" else "")


@channel("X-selected", "W-selected", once=True)
def ticked_reports(case):
    """The deeds on reports that were ticked on the board or in the list, own and foreign ones."""
    address = reverse("admin:movements_report_selected")
    reports = [side.one("movements.report") for side in (case.world.other, case.world.own)]
    keys = {CONFIRMED: "1", "report": [report.pk for report in reports]}
    cells = {"period": reports[0].period_id, "unit": [report.unit_id for report in reports]}
    filled = filled_in(case.world)
    for deed in (*DEEDS, PRESS):
        if deed == PRESS:
            holder = any(holds(case.actor, *right) for right in (RECORD, SEND, CONTACT))
        else:
            holder = deed in access_of(case.actor, "movements.report", "ban").deeds
        for ticked in (keys, cells):
            data = filled | ticked | {"deed": deed}
            if not holder:
                yield from refused(case, address, data, deed)
                continue
            with rolled_back():
                answer = case.client.post(address, data)
                told = answer.status_code == (302 if ticked is keys and deed != PRESS else 200)
                yield Verdict("other", "" if told else f"{deed} answered {answer.status_code} to who may")


@channel("X-cell", "W-cell", once=True)
def cells_of_the_board(case):
    """A contact posted to the page of a cell: written by who may write it down, read by no unit."""
    for name in ("own", "other"):
        report = getattr(case.world, name).one("movements.report")
        address = reverse("admin:movements_report_cell", args=[report.pk])
        with rolled_back():
            before = everything()
            answer = case.client.post(address, filled_in(case.world), follow=True)
            wrote = everything() != before
        yield Verdict(name, "" if wrote == holds(case.actor, *CONTACT) else f"wrote a contact: {wrote}")
        yield from case.told(answer)


def refused(case, address, data, name):
    """Verdicts on a post by somebody whom the policy gives no right to it: it opens, changes and tells nothing."""
    with rolled_back():
        before = everything()
        answer = case.client.post(address, data)
        changed = everything() != before
    yield Verdict("other", f"{name} opened" if answer.status_code == 200 else "")
    yield Verdict("other", f"{name} was done" if changed else "")
    yield from case.told(answer)


def owed_by(side):
    """What the unit of *side* owes, as the pages of deeds take it. No unit is exempt from completing what it sent: one
    such report among what is ticked, and all is refused."""
    for code in sources().keys() - {RETURNED_REPORT}:
        for key in owed(code).filter(unit=side.unit).values_list("pk", flat=True):
            yield value_of(code, key)


def pages_of_deeds():
    """The names of the pages of deeds on duties, with the verb and the kind that open them."""
    pages = ("admin:notices_duties_", "admin:notices_remind_", "admin:notices_urging_")
    for name, verb, kind in policy.tables()[3]:
        if name.startswith(pages):
            yield name, verb.partition(":")[0], kind


def holds(actor, verb, kind):
    """Whether the policy gives *actor* the right over all units, that of the Ban among them, which is nobody's own. Of
    contacts it says in words who has it."""
    if kind == "notices.contact":
        return actor.column in ("officer", "clerk")
    return access_of(actor, kind, "ban").may(verb)


def filled_in(world):
    """What the forms of all the deeds ask for."""
    later = clock.today() + timedelta(days=365)
    return {
        ASKED: "1",
        "channel": "paper",
        "arrived_on": DAY,
        "reason": "vì",
        "new_due_on": later,
        "kind": "called",
        "subject": "Nhắc",
        "text": "Nhắc",
        "letterhead": world.shared.one("documents.letterhead").pk,
        "send_by": later,
        "signer_post": "Phó Trưởng Ban",
        "recipients": "Như trên",
        "is_logged": "on",
    }
