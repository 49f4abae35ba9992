import pytest
from django.core.exceptions import ValidationError

from danvan.notices.placeholders import NAMES, fill, known_placeholders_only

VALUES = {
    "việc": "Báo cáo tháng 10",
    "đơn vị": "Đảng ủy xã {hạn}",
    "hạn": "05/11/2026",
    "còn lại": "còn 3 ngày",
    "người nhận": "đồng chí Y Biêr Niê",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gửi {việc} trước {hạn}", "Gửi Báo cáo tháng 10 trước 05/11/2026"),
        ("{VIỆC}, {con lai}, { Người  nhận }", "Báo cáo tháng 10, còn 3 ngày, đồng chí Y Biêr Niê"),
        ("không có gì", "không có gì"),
        ("{} { } {khác}", "{} { } {khác}"),
        ("{đơn vị}", "Đảng ủy xã {hạn}"),  # braces inside a value are not read
    ],
)
def test_names_in_braces_are_filled_once(text, expected):
    assert fill(text, VALUES) == expected


@pytest.mark.parametrize("name", NAMES)
def test_known_names_pass(name):
    known_placeholders_only(f"Kính gửi {{{name}}}")


@pytest.mark.parametrize("text", ["{ngày}", "{}", "{việc} {tên}"])
def test_an_unknown_name_is_told_with_the_known_ones(text):
    with pytest.raises(ValidationError) as error:
        known_placeholders_only(text)
    assert "{việc}, {đơn vị}, {hạn}, {còn lại}, {người nhận}" in error.value.messages[0]
