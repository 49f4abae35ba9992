"""Where a request came from."""

import ipaddress

from django.conf import settings


def address_of(request):
    """The network address that *request* came from, as text; of IPv6 the /64 network, which is one line's.

    ``X-Forwarded-For`` counts only as far as proxies of ours wrote it (``TRUSTED_PROXIES``), read from its end:
    whatever stands before was sent by the client.
    """
    text = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        heard = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(heard) >= settings.TRUSTED_PROXIES:
            text = heard[-settings.TRUSTED_PROXIES].strip()
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    address = getattr(address, "ipv4_mapped", None) or address
    return str(address if address.version == 4 else ipaddress.ip_network((address.packed, 64), strict=False))
