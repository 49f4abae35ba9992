"""System checks: what is registered without a scope or without a row in the role table does not start."""

from django.contrib.admin import site
from django.core import checks

from danvan.access.admin import ScopedInlineMixin, ScopedModelAdmin
from danvan.access.roles import RIGHTS


@checks.register(checks.Tags.admin)
def registered_classes_are_scoped(app_configs, **kwargs):
    """Every registered admin and inline derives from the scoped bases; its model has a scope and a row of rights."""
    found = []
    for model, model_admin in site._registry.items():
        if not isinstance(model_admin, ScopedModelAdmin):
            found.append(checks.Error(f"{type(model_admin).__name__} is not a ScopedModelAdmin.", id="danvan.E001"))
        found += _model_problems(model)
        for inline in model_admin.inlines:
            if not issubclass(inline, ScopedInlineMixin):
                found.append(checks.Error(f"{inline.__name__} is not a scoped inline.", id="danvan.E002"))
            found += _model_problems(inline.model)
    return found


def _model_problems(model):
    label = model._meta.label
    if getattr(model, "access_scope", None) is None:
        yield checks.Error(f"{label} declares no access_scope.", id="danvan.E003")
    if label.replace(model.__name__, model._meta.model_name) not in RIGHTS:
        yield checks.Error(f"{label} has no row in danvan/access/roles.py.", id="danvan.E004")
