"""What is known of the demonstration."""

from danvan.organization.models import Unit


def demonstration_loaded():
    """Whether sample units exist, so that every page has to say so."""
    return Unit.objects.filter(is_sample=True).exists()
