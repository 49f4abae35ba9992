from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from awards.domain.nominations import (
    find_or_make_collective,
    find_or_make_person,
    may_change,
    require_not_nominated,
)
from awards.enums import WITH_UNIT, SubjectKind
from awards.models import Nomination
from danvan.history import domain as history
from danvan.text.normalise import clean_line
from danvan.transfers.columns import is_blank
from danvan.transfers.resources import Column, GuardedResource
from danvan.transfers.widgets import ChoiceWidget, IntWidget, ProseWidget, RelatedWidget, TextWidget


class DossierWidget(RelatedWidget):
    """The own dossier that is being prepared, by the title of its round. Blank means the only one."""

    def candidates(self):
        own = super().candidates().visible_to(self.user, "change").filter(state__in=WITH_UNIT)
        dossiers = list(own.select_related("round__form", "unit"))
        for dossier in dossiers:
            dossier.title = dossier.round.title
        return dossiers

    def not_found(self):
        return gettext("You are not preparing a dossier in a round with this title.")

    def text(self, value):
        return str(value.round) if value else ""

    render = text


class DossierColumn(Column):
    def clean(self, row, **kwargs):
        if is_blank(row[self.column_name]):
            dossiers = {dossier for rows in self.widget.by_lookup["title"].values() for dossier in rows}
            if len(dossiers) == 1:
                return dossiers.pop()
        return super().clean(row, **kwargs)


class BirthYearColumn(Column):
    """The year of birth belongs to the person, whom the import finds or makes."""

    def save(self, instance, row, is_m2m=False, **kwargs):
        instance.typed_birth_year = self.clean(row, **kwargs)

    def get_value(self, instance):
        return instance.typed_birth_year if hasattr(instance, "typed_birth_year") else super().get_value(instance)


class NominationResource(GuardedResource):
    """The list of nominations (F5). A unit imports into its own dossier; the Ban exports.

    A person or team that the unit does not have yet is made; the unit's own name means the unit itself.
    """

    dossier = DossierColumn(_("Award round"), "dossier", DossierWidget("title"))
    unit = Column(_("Unit"), "dossier__unit", RelatedWidget(), readonly=True)
    kind = Column(_("Collective or individual"), "kind", ChoiceWidget())
    salutation = Column(_("Mr or Mrs"), "salutation", ChoiceWidget())
    name = Column(_("Full name or name of the collective"), "name", TextWidget())
    birth_year = BirthYearColumn(_("Year of birth"), "person__birth_year", IntWidget())
    post = Column(_("Post"), "post", TextWidget())
    field = Column(_("Field of work"), "field", RelatedWidget())
    achievement = Column(_("Achievement to be printed"), "achievement", ProseWidget())
    result = Column(_("Result"), "state", ChoiceWidget(), readonly=True)
    refusal_reason = Column(_("Reason for not approving"), "refusal_reason", ProseWidget(), readonly=True)

    class Meta:
        model = Nomination
        import_id_fields = ["dossier", "kind", "name"]

    def with_relations(self, queryset):
        return super().with_relations(queryset).select_related("dossier__round", "person")

    def import_instance(self, instance, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        if instance.pk is None:
            self._find_subject(instance)

    def _find_subject(self, nomination):
        """Fill in the subject and what follows from the dossier. Runs inside the import's transaction."""
        dossier = nomination.dossier
        nomination.round, nomination.is_sample = dossier.round, dossier.is_sample
        words = {"unit": dossier.unit, "actor": self.user, "is_sample": dossier.is_sample}
        if nomination.kind == SubjectKind.INDIVIDUAL:
            try:
                nomination.person = find_or_make_person(
                    full_name=nomination.name,
                    salutation=nomination.salutation,
                    birth_year=getattr(nomination, "typed_birth_year", None),
                    post=nomination.post,
                    **words,
                )
            except ValidationError as error:
                at = {"full_name": "name", "birth_year": "person__birth_year"}
                raise ValidationError({at.get(name, name): texts for name, texts in error.error_dict.items()}) from None
            require_not_nominated(person=nomination.person, round=dossier.round)
        elif clean_line(nomination.name).casefold() == dossier.unit.name.casefold():
            nomination.nominated_unit = dossier.unit
        else:
            nomination.collective = find_or_make_collective(name=nomination.name, **words)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        errors = import_validation_errors
        if errors:
            # A row that could not be read has no subject yet. That is no further mistake: leave it out of the check.
            errors = {"person": [], **errors}
        super().validate_instance(instance, errors, validate_unique)

    def after_save_instance(self, instance, row, **kwargs):
        super().after_save_instance(instance, row, **kwargs)
        typed = getattr(instance, "typed_birth_year", None)
        if typed and instance.person.birth_year != typed:
            old, instance.person.birth_year = instance.person.birth_year, typed
            instance.person.save()
            changes = {"birth_year": [old, typed]}
            history.record(actor=self.user, action="import", obj=instance.person, changes=changes)

    def refusal(self, instance, row, number):
        refusal = super().refusal(instance, row, number)
        if refusal or instance.dossier_id is None:
            return refusal
        if instance.pk and not may_change(nomination=instance, actor=self.user):
            return gettext("The dossier was sent and cannot be changed any more.")
        if not instance.dossier.round.form.is_for(instance.kind):
            return gettext("This form of award is not given to this kind of subject.")
        return None
