"""What a form asks for is done once, however often the form is sent."""

from django.db import IntegrityError, transaction

from danvan.history import domain as history


def once(*, form_key, actor, action, do, about=""):
    """Call ``do()`` in a transaction, with a line *action* in the history of the account of *actor*.

    *form_key* (a UUID) is the key of the form, *about* what was chosen there, in words. Returns False, and does
    nothing, for a form that was sent before. What ``do`` raises undoes everything.
    """
    if history.made_with(form_key, actor):
        return False
    try:
        with transaction.atomic():
            history.record(actor=actor, action=action, obj=actor, reason=about, form_key=form_key)
            do()
    except IntegrityError:
        # The other half of a double click was faster: the unique form key undid this one.
        if history.made_with(form_key, actor):
            return False
        raise
    return True
