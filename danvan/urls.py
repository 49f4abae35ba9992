from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from danvan.health import healthz
from danvan.notices.views import feed

handler400 = "danvan.unreadable.bad_request"

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/", permanent=False)),
    path("healthz", healthz, name="healthz"),
    path("calendar/<str:token>.ics", feed.read, name="calendar_feed"),
    path("admin/", admin.site.urls),
]
