"""Layouts of certificates: the office's own, or the one that goes with the printed frame."""

from dataclasses import asdict

from django.db import transaction

from awards.enums import SubjectKind
from awards.models import CertificateLayout, CertificateText
from danvan.documents.rendering.certificates import default_layout
from danvan.documents.rendering.data import CertificateLayoutData, PlacedText


def layout_for(*, form, kind, style, title):
    """What certificates of *form* for *kind* are printed with: the layout in use, or the default one of *style*.

    *title* is the name of the form as it was called, printed with the frame.
    """
    layout = CertificateLayout.objects.filter(form=form, kind=kind, is_active=True).first()
    if layout is None:
        default = default_layout(style, kind)
        return CertificateLayoutData(style=style, texts=default.texts, title=title.upper())
    return layout_data(layout, title=title)


def layout_data(layout, *, title):
    """The layout of a row, for the renderer."""
    return CertificateLayoutData(
        style=layout.style,
        texts=tuple(PlacedText(**{name: getattr(text, name) for name in PLACED}) for text in layout.texts.all()),
        title=title.upper(),
        width=layout.width,
        height=layout.height,
        frame=layout.frame,
        offset_x=layout.offset_x,
        offset_y=layout.offset_y,
    )


PLACED = tuple(PlacedText.__dataclass_fields__)


@transaction.atomic
def make_default_layouts(*, form, style="party"):
    """Make the layouts of *form* that go with the printed frame, as rows to be moved about, and return them.

    A kind that has a layout in use already is left alone.
    """
    made = []
    for kind in SubjectKind:
        if not form.is_for(kind) or CertificateLayout.objects.filter(form=form, kind=kind, is_active=True).exists():
            continue
        default = default_layout(style, kind.value)
        layout = CertificateLayout.objects.create(
            name=f"{form.name} – {kind.label}",
            form=form,
            kind=kind,
            style=style,
            width=default.width,
            height=default.height,
            frame=default.frame,
            is_sample=form.is_sample,
        )
        CertificateText.objects.bulk_create(CertificateText(layout=layout, **asdict(text)) for text in default.texts)
        made.append(layout)
    return made
