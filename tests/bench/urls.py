from django.contrib import admin
from django.urls import path

from tests.bench import stock

urlpatterns = [path("admin/", admin.site.urls), path("stock/", stock.site.urls)]
