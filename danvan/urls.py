from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from danvan.health import healthz

handler400 = "danvan.unreadable.bad_request"

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/", permanent=False)),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
