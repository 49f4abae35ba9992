"""Writes the kept templates anew, after a change here or in frame.typ.

Run ``python -m danvan.documents.rendering.build_templates``. The .docx templates hold the fixed words, and jinja tags
for the texts of ``decision_text``; they can be opened and changed in Word. Measures of the Party layout from
Hướng dẫn 36-HD/VPTW, of the State layout from Nghị định 30/2020/NĐ-CP.
"""

import io
from pathlib import Path

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.table import _Cell

from danvan.documents.rendering.data import Style
from danvan.documents.rendering.typesetting import TEMPLATES, typeset

CENTER, LEFT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
FONT = "Times New Roman"

# Word's own way to write across a page: a WordArt shape that lives in the header.
WATERMARK = f"""
<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
  <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">
    <v:formulas>
      <v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
      <v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
      <v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/>
      <v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/>
    </v:formulas>
    <v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800"
      o:connectangles="270,180,90,0"/>
    <v:textpath on="t" fitshape="t"/>
  </v:shapetype>
  <v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" fillcolor="#bfbfbf" stroked="f"
    style="position:absolute;margin-left:0;margin-top:0;width:520pt;height:80pt;rotation:315;z-index:-251658752;
    mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;
    mso-position-vertical-relative:margin">
    <v:fill opacity=".5"/>
    <v:textpath style="font-family:&quot;{FONT}&quot;;font-size:1pt;font-weight:bold" string="{{{{ sample }}}}"/>
  </v:shape>
</w:pict>
"""


def decision_template(style: Style) -> bytes:
    """Return the .docx template of decisions in the layout of *style*."""
    party = style == "party"
    document = Document()
    _page(document)
    _heading(document, party)

    _paragraph(document, "QUYẾT ĐỊNH", 16 if party else 14, bold=True, before=18)
    _paragraph(document, "{{ abstract }}", bold=True)
    _under_title(document, party)

    if not party:
        _paragraph(document, "{{ deciding }}", bold=True, before=10, after=10)
    _tag(document, "{%p for ground in grounds %}")
    _body(document, "- {{ ground }}" if party else "{{ ground }}", italic=not party)
    _tag(document, "{%p endfor %}")
    if party:
        _paragraph(document, "{{ deciding }}", bold=True, before=10)
        _paragraph(document, "QUYẾT ĐỊNH:", bold=True, after=10)
    else:
        _paragraph(document, "QUYẾT ĐỊNH:", bold=True, before=10, after=10)

    _tag(document, "{%p for article in articles %}")
    article = _body(document, "")
    _run(article, "{{ article.label }}", 14, bold=True)
    _run(article, " {{ article.text }}", 14)
    _tag(document, "{%p for other in article.others %}")
    _body(document, "{{ other }}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endfor %}")

    _closing(document, party)

    _tag(document, "{%p for annex in annexes %}")
    title = _paragraph(document, "DANH SÁCH", 16 if party else 14, bold=True)
    title.paragraph_format.page_break_before = True
    _paragraph(document, "{{ annex.title }}", bold=True)
    _paragraph(document, "{{ annex.attached_to }}", italic=True)
    _under_title(document, party)
    _tag(document, "{%p if annex.detailed %}")
    _list(document, (14, 63, 88), ("number", "name", "detail"))
    _tag(document, "{%p else %}")
    _list(document, (14, 151), ("number", "name"))
    _tag(document, "{%p endif %}")
    _paragraph(document, "{{ annex.total }}", italic=True, align=LEFT, before=6)
    _tag(document, "{%p endfor %}")

    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def handover_template(style: Style) -> bytes:
    """Return the .docx template of the minutes of handing over work in the layout of *style*."""
    party = style == "party"
    document = Document()
    _page(document, "BIÊN BẢN BÀN GIAO")
    _heading(document, party)
    _paragraph(document, "BIÊN BẢN", 16 if party else 14, bold=True, before=18)
    _paragraph(document, "{{ abstract }}", bold=True)
    _under_title(document, party)
    _tag(document, "{%p for paragraph in opening %}")
    _body(document, "{{ paragraph }}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p if rows %}")
    _list(document, (14, 78, 28, 45), ("number", "title", "due", "note"), of="")
    _tag(document, "{%p endif %}")
    _paragraph(document, "", 8)
    _tag(document, "{%p for paragraph in closing %}")
    _body(document, "{{ paragraph }}")
    _tag(document, "{%p endfor %}")
    _paragraph(document, "", 8)
    table = _grid(document, (55, 55, 55), rows=1)
    _mark_row(table.rows[0], "w:cantSplit")
    for index, cell in enumerate(table.rows[0].cells):
        _fill(cell, f"{{{{ signatures[{index}].title }}}}", 13, bold=True)
        _fill(cell, "(Ký, ghi rõ họ tên)", 12, italic=True)
        _fill(cell, f"{{{{ signatures[{index}].name }}}}", 13, bold=True, before=70)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def urging_template(style: Style) -> bytes:
    """Return the .docx template of the official letter to units that are late in the layout of *style*."""
    party = style == "party"
    document = Document()
    _page(document, "CÔNG VĂN")
    _heading(document, party)
    _fill(document.tables[0].rows[1].cells[0], "{{ about }}", 12, italic=party)

    _paragraph(document, "", 8)
    _tag(document, "{%p if addressees|length == 1 %}")
    _indented(document, "Kính gửi: {{ addressees[0] }}", 30)
    _tag(document, "{%p else %}")
    _indented(document, "Kính gửi:", 30)
    _tag(document, "{%p for addressee in addressees %}")
    _indented(document, "{{ addressee }}", 45)
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endif %}")
    _paragraph(document, "", 8)

    _body(document, "{{ opening }}")
    _tag(document, "{%p for line in lines %}")
    _body(document, "- {{ line }}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p for paragraph in closing %}")
    _body(document, "{{ paragraph }}")
    _tag(document, "{%p endfor %}")
    _closing(document, party)

    _tag(document, "{%p if annex %}")
    title = _paragraph(document, "DANH SÁCH", 16 if party else 14, bold=True)
    title.paragraph_format.page_break_before = True
    _paragraph(document, "{{ annex.title }}", bold=True)
    _paragraph(document, "{{ annex.attached_to }}", italic=True)
    _under_title(document, party)
    _list(document, (13, 57, 50, 25, 20), ("number", "unit", "title", "due", "late"))
    _paragraph(document, "{{ annex.total }}", italic=True, align=LEFT, before=6)
    _tag(document, "{%p endif %}")
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _page(document, title="QUYẾT ĐỊNH"):
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(14)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    # Without a language Word takes the text for English and underlines every word in red.
    normal.element.rPr.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="vi-VN"/>'))
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = title

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    _header(section.first_page_header, numbered=False)
    _header(section.header, numbered=True)


def _header(header, *, numbered):
    header.is_linked_to_previous = False
    paragraph = header.paragraphs[0]
    paragraph.alignment = CENTER
    if numbered:
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        field.append(_run(paragraph, "2", 14)._r)
        paragraph._p.append(field)
    _run(paragraph, "{%r if sample %}", 2)
    paragraph.add_run()._r.append(parse_xml(WATERMARK))
    _run(paragraph, "{%r endif %}", 2)


def _heading(document, party):
    size = 14 if party else 13
    table = _grid(document, (79, 86) if party else (68, 97), rows=2)
    sender, title = table.rows[0].cells
    number, place = table.rows[1].cells
    _fill(sender, "{{ superior }}", size)
    _fill(sender, "{{ issuer }}", size, bold=True)
    if party:
        _fill(sender, "*", 14)
        _fill(title, "ĐẢNG CỘNG SẢN VIỆT NAM", 15, bold=True)
        _rule(title, 86, 73)
    else:
        _rule(sender, 68, 22)
        _fill(title, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, bold=True)
        _fill(title, "Độc lập - Tự do - Hạnh phúc", 14, bold=True)
        _rule(title, 97, 61)
    _fill(number, "{{ number_line }}", size)
    _fill(place, "{{ place_and_date }}", size, italic=True)


def _closing(document, party):
    """Recipients on the left, the signature on the right, in one row that never breaks across pages."""
    _paragraph(document, "", 8)
    table = _grid(document, (80, 85), rows=1)
    _mark_row(table.rows[0], "w:cantSplit")
    recipients, signature = table.rows[0].cells
    if party:
        _fill(recipients, "Nơi nhận:", 14, align=LEFT).runs[0].underline = True
    else:
        _fill(recipients, "Nơi nhận:", 12, bold=True, italic=True, align=LEFT)
    _tag(recipients, "{%p for recipient in recipients %}")
    _fill(recipients, "- {{ recipient }}", 12 if party else 11, align=LEFT)
    _tag(recipients, "{%p endfor %}")

    _tag(signature, "{%p for line in signing %}")
    if party:  # only the first line is bold: K/T TRƯỞNG BAN above PHÓ TRƯỞNG BAN
        _tag(signature, "{%p if loop.first %}")
        _fill(signature, "{{ line }}", 14, bold=True)
        _tag(signature, "{%p else %}")
        _fill(signature, "{{ line }}", 14)
        _tag(signature, "{%p endif %}")
    else:
        _fill(signature, "{{ line }}", 14, bold=True)
    _tag(signature, "{%p endfor %}")
    _fill(signature, "{{ signer_name }}", 14, bold=True, before=76)


def _list(document, widths, fields, *, of="annex."):
    table = document.add_table(rows=4, cols=len(widths), style="Table Grid")
    _set_widths(table, widths)
    header, opening, row, closing = table.rows
    _mark_row(header, "w:tblHeader")
    _mark_row(row, "w:cantSplit")
    for index, field in enumerate(fields):
        _fill(header.cells[index], f"{{{{ {of}headings[{index}] }}}}", 13, bold=True, before=3, after=3)
        _fill(row.cells[index], f"{{{{ row.{field} }}}}", 13, align=LEFT if index else CENTER, before=3, after=3)
        for cell in (header.cells[index], row.cells[index]):
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    _fill(opening.cells[0], f"{{%tr for row in {of}rows %}}", 13)
    _fill(closing.cells[0], "{%tr endfor %}", 13)


def _mark_row(row, mark):
    row._tr.get_or_add_trPr().append(OxmlElement(mark))


def _grid(document, widths, *, rows):
    table = document.add_table(rows=rows, cols=len(widths))
    _set_widths(table, widths)
    no_margin = '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
    table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{no_margin}</w:tblCellMar>"))
    return table


def _set_widths(table, widths):
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _fill(cell, text, size, *, bold=False, italic=False, align=CENTER, before=0, after=0):
    """Add a paragraph to *cell*, using the empty one that every new cell begins with."""
    last = cell.paragraphs[-1]
    paragraph = cell.add_paragraph() if last.runs else last
    return _set(paragraph, text, size, bold=bold, italic=italic, align=align, before=before, after=after)


def _paragraph(parent, text, size=14, *, bold=False, italic=False, align=CENTER, before=0, after=0):
    return _set(parent.add_paragraph(), text, size, bold=bold, italic=italic, align=align, before=before, after=after)


def _indented(document, text, left):
    """Add a paragraph that begins *left* mm from the margin."""
    paragraph = _paragraph(document, text, align=LEFT, after=3)
    paragraph.paragraph_format.left_indent = Mm(left)
    return paragraph


def _body(document, text, *, italic=False):
    paragraph = _paragraph(document, text, italic=italic, align=JUSTIFY, after=7)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.line_spacing = Pt(18)
    return paragraph


def _set(paragraph, text, size, *, bold, italic, align, before, after):
    paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    if text:
        _run(paragraph, text, size, bold=bold, italic=italic)
    return paragraph


def _run(paragraph, text, size, *, bold=False, italic=False):
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return run


def _tag(parent, tag):
    """Add a paragraph that holds a jinja tag only and leaves nothing behind."""
    return _fill(parent, tag, 14) if isinstance(parent, _Cell) else _paragraph(parent, tag)


def _under_title(document, party):
    if party:
        _paragraph(document, "-----", after=8)
    else:
        _rule(document, 165, 40, after=10)


def _rule(parent, available, length, *, after=0):
    """Add a line of *length* mm, centred in *available* mm: an empty paragraph with a border and indents."""
    paragraph = parent.add_paragraph()
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm((available - length) / 2)
    layout.line_spacing, layout.space_before, layout.space_after = Pt(3), Pt(4), Pt(after)
    borders = parse_xml(f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>')
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    return paragraph


def build(folder: Path = TEMPLATES) -> None:
    """Write the templates of both styles, and the certificates' frame to *folder*."""
    for style in ("party", "state"):
        (folder / f"decision_{style}.docx").write_bytes(decision_template(style))
        (folder / f"handover_{style}.docx").write_bytes(handover_template(style))
        (folder / f"urging_{style}.docx").write_bytes(urging_template(style))
    (folder / "frame.pdf").write_bytes(typeset("frame.typ", {}, tagged=False))


if __name__ == "__main__":
    build()
