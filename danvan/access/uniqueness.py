"""Uniqueness that does not tell of other units' rows.

Where the unit is part of what is unique, the row in the way is of the own unit, and may be named. Elsewhere whoever
does not see every row reads one fixed text. That the value cannot be used stays observable: it cannot be used.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.utils.translation import gettext_lazy as _

from danvan.access.door import reaches_all
from danvan.access.scope import OwnScope, UnitScope

TAKEN = _("This value cannot be used. Write another one.")


def unique_constraints(model) -> list[models.UniqueConstraint]:
    return [found for found in model._meta.constraints if isinstance(found, models.UniqueConstraint)]


def crosses_units(model, names) -> bool:
    """Whether a row with the same values in *names* may belong to another unit, or another person."""
    scope = model.access_scope
    lookups = scope.lookups if isinstance(scope, UnitScope) else ()
    if isinstance(scope, OwnScope):
        lookups = (scope.lookup,)
    return {lookup.partition(LOOKUP_SEP)[0] for lookup in lookups}.isdisjoint(names)


class ScopedModelForm(forms.ModelForm):
    """A form whose uniqueness errors tell an ``actor`` who does not see every row nothing of the row in the way.

    The admin sets ``actor``; without one nobody is told.
    """

    actor = None

    def _update_errors(self, errors):
        if self.actor is None or not reaches_all(self.actor, self._meta.model, "view"):
            errors = neutral(self._meta.model, errors)
        super()._update_errors(errors)


def neutral(model, errors):
    """*errors* of validating a row of *model*, without what tells of rows of others."""
    found = errors.update_error_dict({})
    return ValidationError(
        {
            name: [ValidationError(TAKEN, code="unique") if _tells(model, error) else error for error in at_name]
            for name, at_name in found.items()
        }
    )


def _tells(model, error):
    if error.code in ("unique", "unique_together"):
        return crosses_units(model, error.params["unique_check"])
    return any(
        str(error.message) == str(constraint.get_violation_error_message())
        for constraint in unique_constraints(model)
        if crosses_units(model, constraint.fields)
    )
