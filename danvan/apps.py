"""Names the project's own admin site as the default one."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "danvan.site.DanvanAdminSite"
