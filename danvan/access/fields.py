"""Text columns that hold NFC whatever door the text came through."""

from django.core.validators import MaxLengthValidator
from django.db import models

from danvan.text.normalise import clean_line, clean_text


class LineField(models.CharField):
    """One line of text: NFC, trimmed, inner white space collapsed. A name is otherwise kept as typed."""

    def to_python(self, value):
        value = super().to_python(value)
        return clean_line(value) if isinstance(value, str) else value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return clean_line(value) if isinstance(value, str) else value

    def pre_save(self, model_instance, add):
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class ProseField(models.TextField):
    """Several lines of text: NFC, trimmed, ten pages at most: each save of it is kept in the history."""

    default_validators = [MaxLengthValidator(30_000)]

    def to_python(self, value):
        value = super().to_python(value)
        return clean_text(value) if isinstance(value, str) else value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return clean_text(value) if isinstance(value, str) else value
