"""System checks: what is registered without a scope, a row of rights, or a word of what it reads does not start."""

from django.apps import apps
from django.contrib.admin import SimpleListFilter, site
from django.core import checks
from django_filters import FilterSet

from danvan.access.admin import ScopedInlineMixin, ScopedListFilter, ScopedModelAdmin, ScopedRelatedFilter
from danvan.access.filters import ScopedFilterSet
from danvan.access.roles import RIGHTS
from danvan.access.visibility import fields_on, hideable_fields, is_hideable, is_path

LIBRARIES = ("django.", "django_filters.", "unfold.", "import_export.")


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


# --- hidden fields ----------------------------------------------------------------------------------------------------


@checks.register(checks.Tags.models)
def hidden_fields_exist_and_order_nothing(app_configs, **kwargs):
    """What models hide is there, and the order and the name of a row, which everybody sees, do not depend on it."""
    return [problem for model in apps.get_models() for problem in visibility_problems(model)]


def visibility_problems(model):
    """E005 and E006 of *model*."""
    label = model._meta.label
    missing = {name for name in hideable_fields(model) if not _is_field(model, name)}
    missing |= {name for name in getattr(model, "hidden_until", {}).values() if not hasattr(model, name)}
    for name in sorted(missing):
        yield checks.Error(f"{label} hides {name}, which it does not have.", id="danvan.E005")
    names = [*getattr(model, "sort_sources", ()), *model._meta.ordering, getattr(model, "label_field", None)]
    for name in names:
        if isinstance(name, str) and is_hideable(model, name):
            yield checks.Error(f"The order or the name of {label} tells {name}, which is hidden.", id="danvan.E006")


def _is_field(model, name):
    return any(field.name == name for field in (*model._meta.fields, *model._meta.many_to_many))


@checks.register(checks.Tags.admin)
def admins_say_what_they_read(app_configs, **kwargs):
    """Nothing of a registered admin reads a hidden field behind the back of its base class."""
    found = []
    for model_admin in site._registry.values():
        for options in (model_admin, *(inline(model_admin.model, site) for inline in model_admin.inlines)):
            found += reading_problems(options)
    return found


def reading_problems(options):
    """E007, E008 and E009 of an admin or inline."""
    model, name = options.model, type(options).__name__
    fixed = [*(options.ordering or ()), getattr(options, "date_hierarchy", None)]
    for path in fixed:
        if isinstance(path, str) and is_hideable(model, path):
            yield checks.Error(f"The order or the dates of {name} tell {path}, which is hidden.", id="danvan.E007")
    for item in getattr(options, "list_filter", ()):
        if not _is_declared(model, item):
            yield checks.Error(
                f"The filter {item} of {name} is no ScopedListFilter that says what it reads, and no filter of ours "
                "over a path.",
                id="danvan.E008",
            )
    for attribute, method in _own_methods(type(options)):
        if hasattr(method, "reads"):
            unknown = [path for path in method.reads if not is_path(model, path)]
        else:
            unknown = not getattr(method, "allowed_permissions", None)
        if unknown:
            yield checks.Error(
                f"{name}.{attribute} is a column that does not say which fields it reads (@reads), or an action that "
                "does not say which right it asks for.",
                id="danvan.E009",
            )


def _is_declared(model, item):
    """Whether an item of ``list_filter`` offers rows through the door, and what it reads is known."""
    if isinstance(item, type) and issubclass(item, SimpleListFilter):
        paths = getattr(item, "reads", ())
        return issubclass(item, ScopedListFilter) and bool(paths) and all(is_path(model, path) for path in paths)
    if isinstance(item, str):
        return is_path(model, item)
    path, filter_class = item
    *_relations, (owner, last) = [(model, ""), *fields_on(model, path)]
    if not last or owner._meta.get_field(last).is_relation:
        return issubclass(filter_class, ScopedRelatedFilter)
    # Django's filters take the values of a related table as a whole.
    return owner is model


def _own_methods(options_class):
    """The columns and actions of our own, by the name of the attribute."""
    for base in options_class.__mro__:
        if not base.__module__.startswith(LIBRARIES):
            for attribute, method in vars(base).items():
                if callable(method) and (hasattr(method, "short_description") or hasattr(method, "reads")):
                    yield attribute, method


@checks.register(checks.Tags.models)
def filter_sets_are_scoped(app_configs, **kwargs):
    """Every form of filters on a page drops what its reader must not ask for."""
    return filter_set_problems(FilterSet)


def filter_set_problems(base):
    """E013 of the classes under *base*."""
    found = []
    for filter_set in base.__subclasses__():
        if not (issubclass(filter_set, ScopedFilterSet) or f"{filter_set.__module__}.".startswith(LIBRARIES)):
            found.append(checks.Error(f"{filter_set.__name__} is no ScopedFilterSet.", id="danvan.E013"))
        found += filter_set_problems(filter_set)
    return found
