"""When something was last done to a record, as history tells it, for questions to the database."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from danvan.history.models import Activity


def day_of_last(model, *actions):
    """An expression for rows of *model*: the day, in Asia/Ho_Chi_Minh, on which one of *actions* was last done to each.

    NULL where history tells of none.
    """
    kind = ContentType.objects.get_for_model(model)
    done = Activity.objects.filter(object_type=kind, object_id=OuterRef("pk"), action__in=actions)
    return TruncDate(Subquery(done.order_by("-at").values("at")[:1]), tzinfo=timezone.get_default_timezone())
