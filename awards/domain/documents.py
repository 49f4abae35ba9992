"""Decisions and certificates as documents, from the rows: data for the renderers, and the files."""

import io
from dataclasses import asdict

from django.utils.translation import gettext as _
from pypdf import PdfWriter

from awards.domain.layouts import layout_data, layout_for
from awards.domain.words import COLLECTIVE, SALUTATIONS, counts, post_and_unit, signing_lines, unit_beside
from awards.enums import NominationState, SubjectKind
from awards.models.decision import KIND
from danvan.documents.rendering.certificates import render_certificates
from danvan.documents.rendering.data import AnnexData, AnnexRow, CertificateData, DecisionData, SigningLine
from danvan.documents.rendering.decision import render_decision_docx
from danvan.documents.rendering.decision_pdf import render_decision_pdf
from danvan.documents.rendering.wording import place_and_date
from danvan.workflow import Refused

# --- decisions --------------------------------------------------------------------------------------------------------


def decision_data(decision):
    """What the renderers need for *decision*, from its approved rows as they stand now."""
    rows = list(
        decision.nominations.filter(state__in=[NominationState.APPROVED, NominationState.COMMENDED])
        .select_related("dossier__unit")
        .in_printed_order()
    )
    collectives = [row for row in rows if row.kind == SubjectKind.COLLECTIVE]
    individuals = [row for row in rows if row.kind == SubjectKind.INDIVIDUAL]
    letterhead = decision.letterhead
    first = f"Tặng {decision.form.name} cho {counts(len(collectives), len(individuals))} {decision.merit}"
    number = decision.number_text.partition(letterhead.number_text("", KIND))[0]
    return DecisionData(
        style=letterhead.style,
        superior=letterhead.superior,
        issuer=letterhead.issuer,
        issued_by=letterhead.full_name,
        symbol=letterhead.number_text("", KIND)[1:],
        place=decision.place,
        abstract=decision.abstract,
        deciding=decision.deciding,
        grounds=lines(decision.grounds),
        articles=(f"{first.rstrip('.')} (có danh sách kèm theo).", *lines(decision.other_articles)),
        recipients=lines(decision.recipients),
        signing=signing_lines(decision),
        signer_name=decision.signer_name,
        number=number,
        issued_on=decision.issued_on,
        annexes=tuple(_annexes(decision, collectives, individuals)),
    )


def _annexes(decision, collectives, individuals):
    title = f"được tặng {decision.form.name}"
    for kind, noun, rows in (
        (SubjectKind.COLLECTIVE, "Tập thể", collectives),
        (SubjectKind.INDIVIDUAL, "Cá nhân", individuals),
    ):
        if rows:
            yield AnnexData(
                kind=kind.value,
                title=f"{noun} {title}",
                rows=tuple(AnnexRow(name=row.name, detail=post_and_unit(row.post, unit_beside(row))) for row in rows),
            )


def lines(text):
    """The lines of *text* that are not empty."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def snapshot_of(data):
    """*data* as it is kept with an issued decision, for JSON. Its date is a column of its own."""
    return {**asdict(data), "issued_on": None}


def from_snapshot(snapshot, issued_on):
    """The DecisionData that :func:`snapshot_of` kept."""
    annexes = tuple(
        AnnexData(**{**annex, "rows": tuple(AnnexRow(**row) for row in annex["rows"])}) for annex in snapshot["annexes"]
    )
    signing = tuple(SigningLine(**line) for line in snapshot["signing"])
    return DecisionData(**{**snapshot, "annexes": annexes, "signing": signing, "issued_on": issued_on})


def printed_data(decision):
    """What is printed: once issued the words of that day, before that the words as they stand."""
    if decision.is_issued:
        return from_snapshot(decision.snapshot, decision.issued_on)
    return decision_data(decision)


def decision_docx(*, decision):
    """The decision as an editable .docx, in bytes."""
    return render_decision_docx(printed_data(decision), sample=decision.is_sample)


def decision_pdf(*, decision):
    """The decision as a PDF, in bytes."""
    return render_decision_pdf(printed_data(decision), sample=decision.is_sample)


# --- certificates -----------------------------------------------------------------------------------------------------


def certificates_pdf(*, decision):
    """One PDF with a certificate for each line of the register, collectives first, each kind on its own layout.

    The words are those of the register. Raises Refused before the decision is issued (R23).
    """
    if not decision.is_issued:
        raise Refused(_("Certificates are printed once the decision is issued."))
    rows = list(decision.commendations.in_register_order())
    merged = PdfWriter()
    for kind in SubjectKind:
        of_kind = [row for row in rows if row.kind == kind]
        if of_kind:
            layout = layout_for(
                form=decision.form, kind=kind, style=decision.letterhead.style, title=of_kind[0].form_name
            )
            printed = render_certificates(layout, [certificate_data(row) for row in of_kind], sample=decision.is_sample)
            merged.append(io.BytesIO(printed))
    content = io.BytesIO()
    merged.write(content)
    return content.getvalue()


def certificate_data(row):
    """The words of one certificate, from a line of the register."""
    return CertificateData(
        authority=row.deciding.upper(),
        salutation=row.salutation,
        name=row.name,
        post_and_unit=post_and_unit(row.post, row.unit_name),
        reason=row.achievement,
        place_and_date=place_and_date(row.place, row.issued_on),
        signer_post=row.signing,
        signer_name=row.signer_name,
        decision=f"Quyết định số {row.decision_number}\nngày {row.issued_on:%d/%m/%Y}\nVào sổ số {row.register_text}",
    )


def specimen_pdf(*, layout):
    """One certificate on *layout* with the longest words that usually occur, marked as a sample."""
    individual = layout.kind == SubjectKind.INDIVIDUAL
    words = CertificateData(
        authority="BAN TUYÊN GIÁO VÀ DÂN VẬN TỈNH ỦY",
        salutation=SALUTATIONS["mr"] if individual else COLLECTIVE,
        name="Nguyễn Phạm Hoàng Thiên Trường" if individual else "Tổ dân vận thôn Đoàn Kết",
        post_and_unit="Bí thư Chi bộ, Trưởng Ban Công tác Mặt trận thôn Đoàn Kết, xã Ea Kao",
        reason="Đã có thành tích xuất sắc trong phong trào thi đua “Dân vận khéo” năm 2026",
        place_and_date=place_and_date("Đắk Lắk", None),
        signer_post="K/T TRƯỞNG BAN\nPHÓ TRƯỞNG BAN",
        signer_name="Nguyễn Văn Mẫu",
        decision="Quyết định số 00-QĐ/BTGDVTU\nngày 00/00/0000\nVào sổ số 00",
    )
    return render_certificates(layout_data(layout, title=layout.form.name), [words], sample=True)
