"""What the admins of this app share."""

from danvan.workflow.admin import RecordPages, TransitionsMixin


class DeedsMixin(RecordPages, TransitionsMixin):
    """Transitions done by the domain functions of this app.

    They are called with the record under the name ``subject``, the actor and the form's data.
    """

    subject = None

    def do_transition(self, request, obj, action, data):
        self.transition_functions[action](**{self.subject: obj}, actor=request.user, **data)
