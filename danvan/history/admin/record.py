"""The base of the admins of records: row versions, form keys, history."""

import uuid

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from danvan.access.admin import ScopedModelAdmin
from danvan.access.door import permission_name
from danvan.access.visibility import hidden_fields, is_hidden
from danvan.history import attempts, domain
from danvan.history.actions import label_of
from danvan.history.forms import FORM_KEY, VersionedForm, text_of_value, valid_key
from danvan.history.words import field_called, readable


class RecordAdmin(ScopedModelAdmin):
    """A scoped admin whose saves are recorded, cannot overwrite an unseen save, and happen once per form."""

    form = VersionedForm
    change_form_before_template = "history/form_keys.html"

    # --- one form, one record ---------------------------------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        request.form_key = valid_key(request.POST.get(FORM_KEY)) or uuid.uuid4()
        if request.method == "POST" and (made := domain.made_with(request.form_key, request.user)):
            return self.response_made_before(request, made)
        extra_context = {**(extra_context or {}), "form_key": request.form_key}
        try:
            return super().changeform_view(request, None, form_url, extra_context)
        except IntegrityError:
            # The other half of a double click was faster: the unique form key undid this one.
            if made := domain.made_with(request.form_key, request.user):
                return self.response_made_before(request, made)
            raise

    def response_made_before(self, request, activity):
        messages.info(request, _("This form was already saved."))
        meta = self.opts
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:{meta.app_label}_{meta.model_name}_change", args=[activity.object_id])
        )

    def get_object(self, request, object_id, from_field=None):
        """The row through the scope. For a POST it is locked, so that its version cannot move until the save."""
        obj = super().get_object(request, object_id, from_field)
        if obj is not None and request.method == "POST":
            domain.lock_version(obj)
        return obj

    # --- history ----------------------------------------------------------------------------------------------------

    def construct_change_message(self, request, form, formsets, add=False):
        """The changes as history keeps them, instead of Django's sentence. Called when everything was saved."""
        attempts.note_unasked(request, form)
        changes = changes_of(form, add=add)
        for formset in formsets or ():
            for each in formset.forms:
                attempts.note_unasked(request, each)
            kind = formset.model._meta.model_name
            for obj in formset.new_objects:
                changes[f"{kind} {obj.pk}"] = [None, str(obj)]
            for changed in formset.initial_forms:
                if changed not in formset.deleted_forms:
                    for name, values in changes_of(changed).items():
                        changes[f"{kind} {changed.instance.pk} {name}"] = values
            for obj in formset.deleted_objects:
                changes[f"{kind} {obj.pk}"] = [str(obj), None]
        return changes

    def log_addition(self, request, obj, changes):
        form_key = getattr(request, "form_key", None)
        return domain.record(actor=request.user, action="add", obj=obj, changes=changes, form_key=form_key)

    def log_change(self, request, obj, changes):
        return domain.record(actor=request.user, action="change", obj=obj, changes=changes)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            domain.record(actor=request.user, action="delete", obj=obj)

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        rows = [
            {
                "activity": activity,
                "label": label_of(activity.action),
                "changes": list(self._readable(request.user, obj, activity)),
            }
            for activity in self.activities_of(request, obj)[:500]
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(record)s") % {"record": obj},
            "opts": self.opts,
            "object": obj,
            "original": obj,
            "rows": rows,
        }
        return TemplateResponse(request, "history/object_history.html", context)

    def activities_of(self, request, obj):
        """The activities of *obj* that the reader may know of, newest first."""
        return domain.history_of(obj)

    def _readable(self, user, obj, activity):
        """The changes of *activity* in words, without what is hidden from *user*, or may be: what no field is called
        any more is shown to nobody who must not see all fields of *obj*.
        """
        parts = {inline.model._meta.model_name: inline.model for inline in self.inlines}
        hides = bool(hidden_fields(self.model, user, obj))
        for name, values in activity.changes.items():
            model, field = changed(self.model, parts, name)
            if model is not self.model:
                if user.has_perm(permission_name(model, "view")) and not is_hidden(model, field, user):
                    yield readable(model, field, values)
            elif not is_hidden(model, field, user, obj) and not (hides and field_called(model, field) is None):
                yield readable(model, field, values)


def changes_of(form, *, add=False):
    """What was typed into *form*, by the name of the field: its value before and after."""
    return {
        name: [
            None if add else text_of_value(form, name, form.initial.get(name)),
            text_of_value(form, name, form.cleaned_data.get(name)),
        ]
        for name in form.changed_data
        if name in form.fields
    }


def changed(model, parts, name):
    """The model and the field that changed under *name* in a record of *model*, whose inlines have the models *parts*.

    A change of a part is named ``part id field``, and ``part id`` when it came or went.
    """
    kind, *path = name.split(" ")
    return (parts[kind], "".join(path[1:])) if path and kind in parts else (model, name)
