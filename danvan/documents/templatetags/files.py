from django.template import Library

from danvan.documents.links import file_link

register = Library()
register.simple_tag(file_link)
