"""The sample office in time: the map of its province, what its units came from, and who of the Ban looks after whom."""

from datetime import date

from awards.demonstration.organization import REORGANISED_ON
from danvan.organization.domain.territory.map_import import import_map
from danvan.organization.domain.units.placement import place
from danvan.organization.domain.units.reorganisation import confirm, set_units
from danvan.organization.enums import ReorganisationKind
from danvan.organization.models import Area, AreaLevel, Assignment, Cluster, Reorganisation, Unit, UnitKind
from movements.enums import CampaignState, ExemplarKind, RegistrationState, RegistrationStatus, SubjectKind
from movements.models import Campaign, Exemplar, Field, Registration

PROVINCE = "Tỉnh Đắk Lắk"
DECREE = "Nghị quyết số 1660/NQ-UBTVQH15 của Ủy ban Thường vụ Quốc hội"
DECREE_DATE = date(2025, 6, 16)
END_OF_THE_DISTRICTS = "Nghị quyết số 203/2025/QH15 của Quốc hội"
END_OF_THE_DISTRICTS_DATE = date(2025, 6, 16)
MADE_UP = "Văn bản minh họa"

MERGED = "X-EKAR"
MODEL_OF_BEFORE = "Tự quản an ninh thôn, buôn"
"""A model of one of the old units that still runs."""


def load_map(units):
    """Put the communes of *units* where they lie on the map of the province, all others in the province itself."""
    import_map(province=PROVINCE)
    today = Area.objects.in_force(REORGANISED_ON)
    province = today.get(level=AreaLevel.PROVINCE, name=PROVINCE)
    communes = {area.name: area for area in today.within(province).filter(level=AreaLevel.COMMUNE)}
    for unit in units.values():
        unit.area = communes.get(unit.short_name, province)
        unit.save(update_fields=["area"])
    return province


def build(*, units, districts, officer, today):
    """Let the units of *units* follow those of before, as events that were carried out; *officer* confirmed them.

    One more waits for its day.
    """
    old = _communes_of_before(units[MERGED])
    _model_of_before(old[-1])
    _carry_out(ReorganisationKind.MERGE, DECREE, DECREE_DATE, old, [units[MERGED]], actor=officer)
    ending = (END_OF_THE_DISTRICTS, END_OF_THE_DISTRICTS_DATE)
    _carry_out(ReorganisationKind.DISSOLVE, *ending, districts, [], actor=officer)
    planned = _draft(
        ReorganisationKind.TRANSFER, MADE_UP, None, date(today.year + 1, 1, 1), superior=units["MTTQ"], is_sample=True
    )
    set_units(reorganisation=planned, predecessors=[units["HPN"]])
    confirm(obj=planned, actor=officer)


def share_the_work(*, units, province, officer, leader, today):
    """Give the *officer* the province to look after, the *leader* as stand-in, and make a cluster of the wards."""
    Assignment.objects.create(
        officer=officer, area=province, stand_in=leader, valid_from=REORGANISED_ON, is_sample=True
    )
    wards = [unit for code, unit in units.items() if code.startswith("P-")]
    cluster = Cluster.objects.create(name="Cụm thi đua các phường", year=today.year, head=wards[0], is_sample=True)
    cluster.members.set(wards)


def _communes_of_before(unit):
    """The Party committees of the communes that the area of *unit* was made of, under their names of that time."""
    kind = UnitKind.objects.get(code="DU-XA")
    origins = unit.area.origins.filter(predecessor__level=AreaLevel.COMMUNE).select_related("predecessor")
    made = []
    for number, origin in enumerate(origins.order_by("predecessor__sort_key"), 1):
        name = origin.predecessor.name
        old = Unit.objects.create(
            code=f"{unit.code}-{number}",
            name=f"Đảng ủy {name[0].lower()}{name[1:]}",
            short_name=name,
            kind=kind,
            area=origin.predecessor,
            order=800 + number,
            is_sample=True,
        )
        place(unit=old)
        made.append(old)
    return made


def _model_of_before(unit):
    """A model of *unit* that was registered and recognised before the merger, and still runs."""
    field = Field.objects.get(code="QPAN")
    campaign = Campaign.objects.create(
        code="DVK-2024",
        title="Phong trào thi đua “Dân vận khéo” năm 2024",
        starts_on=date(2024, 1, 1),
        ends_on=date(2024, 12, 31),
        registration_opens=date(2024, 1, 5),
        registration_closes=date(2024, 3, 31),
        state=CampaignState.CONCLUDED,
        is_sample=True,
    )
    said = {"kind": ExemplarKind.MODEL, "subject_kind": SubjectKind.COLLECTIVE, "field": field, "place": "Thôn 1"}
    exemplar = Exemplar.objects.create(
        name=MODEL_OF_BEFORE, unit=unit, launched_on=date(2023, 5, 19), is_sample=True, **said
    )
    Registration.objects.create(
        campaign=campaign,
        unit=unit,
        exemplar=exemplar,
        name=MODEL_OF_BEFORE,
        status=RegistrationStatus.CONTINUED,
        state=RegistrationState.RECOGNISED,
        is_sample=True,
        **said,
    )


def _carry_out(kind, decree, decree_date, predecessors, successors, *, actor):
    event = _draft(kind, decree, decree_date, REORGANISED_ON)
    set_units(reorganisation=event, predecessors=predecessors, successors=successors)
    confirm(obj=event, actor=actor)


def _draft(kind, decree, decree_date, effective_on, **fields):
    return Reorganisation.objects.create(
        kind=kind, decree=decree, decree_date=decree_date, effective_on=effective_on, **{"is_sample": True, **fields}
    )
