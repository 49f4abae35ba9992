"""Abstract bases of every record: scoped rows, row versions, computed columns. No tables."""

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access import ties
from danvan.access.fields import LineField
from danvan.text.folding import fold
from danvan.text.ordering import MAX_LENGTH, sort_key


class StaleColumn(Exception):
    """A bulk write would leave a computed column behind its sources."""


class RecordQuerySet(models.QuerySet):
    """Rows behind one door, and bulk writes that cannot leave computed columns stale."""

    def visible_to(self, user, verb="view"):
        """The rows that *user* may *verb* (``view``, ``change``, ``delete``, or a verb of the role table)."""
        meta = self.model._meta
        return self.model.access_scope.restrict(self, user, f"{meta.app_label}.{verb}_{meta.model_name}")

    def update(self, **values):
        self._refuse_stale(values)
        ties.check_update(self, values)
        return super().update(**values)

    def bulk_update(self, objs, fields, batch_size=None):
        self._refuse_stale(fields)
        objs = list(objs)
        ties.check(objs, fields)
        return super().bulk_update(objs, fields, batch_size)

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for obj in objs:
            obj.compute_columns()
        ties.check(objs)
        return super().bulk_create(objs, *args, **kwargs)

    def for_choice(self):
        """With what the rows' ``choice_label`` reads, for fields that offer them."""
        return self

    def search(self, text):
        """Rows whose folded text holds every word of *text*, accents and case ignored. The model is Searchable."""
        queryset = self
        for word in fold(text).split():
            queryset = queryset.filter(search_text__contains=word)
        return queryset

    def _refuse_stale(self, fields):
        written = set(fields)
        for column, sources in self.model.computed_columns.items():
            touched = written.intersection(sources)
            if touched and column not in written:
                raise StaleColumn(f"{self.model.__name__}.{column} is computed from {sorted(touched)}: save the rows.")


def in_force(day):
    """The condition that a row with ``valid_from`` and ``valid_to`` holds on *day*. Both end days count."""
    begun = models.Q(valid_from=None) | models.Q(valid_from__lte=day)
    return begun & (models.Q(valid_to=None) | models.Q(valid_to__gte=day))


def ends_after_it_begins(name):
    """A constraint called *name* on ``valid_from`` and ``valid_to``."""
    return models.CheckConstraint(
        condition=models.Q(valid_to=None) | models.Q(valid_from=None) | models.Q(valid_to__gte=models.F("valid_from")),
        name=name,
        violation_error_message=_("The last day lies before the first one."),
    )


class Record(models.Model):
    """A row with a scope and a version.

    ``version`` counts the saves; the admin's forms carry it, so that the second of two savers sees what differs.
    ``is_sample`` marks rows of the demonstration: they are never added to facts.
    ``same_unit`` names the relations that lead to rows of the same unit only, ``other_unit_allowed`` those that may
    lead to another, with the reason (see :mod:`danvan.access.ties`).
    ``secret_fields``, ``ban_only_fields``, ``hidden_until`` and ``personal_fields`` say what is hidden from whom (see
    :mod:`danvan.access.visibility`).
    ``unversioned_fields`` are written by the program beside what people type: writing them alone is no new version.
    ``label_field`` is the field that ``__str__`` gives back, where it is just one: long drop-downs read it alone.
    """

    access_scope = None
    same_unit: tuple[str, ...] = ()
    other_unit_allowed: dict[str, str] = {}
    secret_fields: tuple[str, ...] = ()
    ban_only_fields: tuple[str, ...] = ()
    hidden_until: dict[str, str] = {}
    personal_fields: tuple[str, ...] = ()
    label_field: str | None = None
    unversioned_fields: frozenset[str] = frozenset()
    computed_columns: dict[str, tuple[str, ...]] = {}

    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def choice_label(self):
        """What a field that offers the row calls it, where its bare name is not enough."""
        return str(self)

    def compute_columns(self):
        """Fill the columns that are computed from others. Called before every save and bulk_create."""

    def clean(self):
        """Refuse what would tie the row to another unit. Whose a row without an owner is, its form has to ask first."""
        super().clean()
        if ties.has_owner(self):
            ties.check([self])

    @classmethod
    def from_db(cls, db, field_names, values):
        row = super().from_db(db, field_names, values)
        if cls.same_unit:
            ties.note(row)
        return row

    def refresh_from_db(self, using=None, fields=None, from_queryset=None):
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
        ties.note(self, fields)

    def save(self, *args, update_fields=None, **kwargs):
        self.compute_columns()
        ties.check([self], update_fields)
        super().save(*args, update_fields=self._count_save(update_fields), **kwargs)
        ties.note(self, update_fields)

    def _count_save(self, update_fields):
        """Raise the version, and return the columns to be written where *update_fields* are to be (None: all)."""
        if update_fields is not None and self.unversioned_fields.issuperset(update_fields):
            return update_fields
        if not self._state.adding:
            self.version += 1
        if update_fields is None:
            return None
        update_fields = {*update_fields, "version"}
        for column, sources in self.computed_columns.items():
            if update_fields.intersection(sources):
                update_fields.add(column)
        return update_fields


def choice_label(row):
    """What a field that offers *row* calls it. Not every registered model is a Record."""
    return row.choice_label if isinstance(row, Record) else str(row)


def text_of(instance, names):
    """The texts of the named fields as one line, for folding. An empty or unknown field adds nothing."""
    return " ".join(str(value) for name in names if (value := getattr(instance, name, None)))


class SortKeyField(models.CharField):
    """A key of digits and lower-case ASCII whose byte order is the Vietnamese order, on both databases."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", MAX_LENGTH)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class Searchable(models.Model):
    """A record found without accents and listed in Vietnamese order.

    ``search_sources`` and ``sort_sources`` name the fields that the two columns are computed from.
    """

    search_sources: tuple[str, ...] = ("name",)
    sort_sources: tuple[str, ...] = ("name",)

    search_text = models.TextField(_("folded text"), editable=False, default="")
    sort_key = SortKeyField(_("sort key"), default="")

    class Meta:
        abstract = True

    def compute_columns(self):
        super().compute_columns()
        self.search_text = fold(text_of(self, self.search_sources))
        self.sort_key = self.compute_sort_key()

    def compute_sort_key(self):
        return sort_key(text_of(self, self.sort_sources))

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.computed_columns = {"search_text": cls.search_sources, "sort_key": cls.sort_sources}


class Lookup(Searchable, Record):
    """A short list that staff edit: code, name, place in the list."""

    label_field = "name"

    code = LineField(_("code"), max_length=40, unique=True)
    name = LineField(_("name"), max_length=200)
    order = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        abstract = True
        ordering = ["order", "sort_key", "pk"]

    def __str__(self):
        return self.name


def is_relation(model, name):
    """Whether *name* is a forward relation of *model*."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return bool(field.is_relation and (field.many_to_one or field.one_to_one or field.many_to_many))
