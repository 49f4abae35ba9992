"""The one door to rows, as functions over models: what every reader calls."""

from django.core.exceptions import ImproperlyConfigured

from danvan.access.scope import reach_of


def permission_name(model, verb):
    """The name of the permission to *verb* records of *model*."""
    return f"{model._meta.app_label}.{verb}_{model._meta.model_name}"


def rows_visible_to(model, user, verb="view"):
    """The rows of *model* behind the door. Raises ImproperlyConfigured for a model without a scope."""
    if getattr(model, "access_scope", None) is None:
        raise ImproperlyConfigured(f"{model._meta.label} declares no access_scope.")
    return model._default_manager.visible_to(user, verb)


def reaches(user, obj, verb):
    """Whether *user* may *verb* this very row."""
    reach = reach_of(user, permission_name(type(obj), verb))
    if not reach:
        return False
    if reach.everything and not type(obj).access_scope.is_personal:
        return True
    return rows_visible_to(type(obj), user, verb).filter(pk=obj.pk).exists()


def reaches_all(user, model, verb):
    """Whether *user* may *verb* whatever record of *model*: a right of the Ban, which no seeing of everything gives.

    Somebody of the council who also leads a unit sees every unit and changes the own one, as its lead.
    """
    return reach_of(user, permission_name(model, verb)).everything
