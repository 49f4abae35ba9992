"""The pages on the real site, with the list of units."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from danvan.access.roles import RIGHTS, Role
from danvan.history.models import Activity
from danvan.organization.models import Unit, UnitKind
from danvan.transfers import admin as transfers_admin
from danvan.transfers.models import Export, ImportJob, ImportState
from danvan.transfers.tests.samples import UNIT_HEADER, cells, workbook
from tests.factories import logged_in, make_administrator, make_kind, make_lead, make_leader, make_staff, make_unit

pytestmark = pytest.mark.django_db
LIST = "/admin/organization/unit/"
IMPORT = f"{LIST}import/"


@pytest.fixture(autouse=True)
def kind(db):
    return make_kind(code="xa", name="Đảng ủy xã")


@pytest.fixture
def staff(db):
    return make_staff()


def upload(client, content, key=None, **data):
    file = SimpleUploadedFile("Danh sách đơn vị.xlsx", content)
    return client.post(IMPORT, {"file": file, "_form_key": key or str(uuid.uuid4()), **data})


def uploaded(user, *rows):
    response = upload(logged_in(user), workbook(UNIT_HEADER, *rows))
    assert response.status_code == 302
    return ImportJob.objects.latest("pk")


def page(job, name=""):
    return f"{IMPORT}{job.pk}/{name}"


def text_of(response):
    return response.content.decode()


# --- uploading ------------------------------------------------------------------------------------------------------


def test_an_upload_needs_room_and_says_what_is_left(staff, settings):
    settings.UPLOAD_PER_DAY_OF_THE_BAN = 0, 10**6
    response = upload(logged_in(staff), workbook(UNIT_HEADER, ["EAO", "Xã Ea Ô", "Đảng ủy xã"]))
    assert "hiện còn 0 tệp" in response.context["form"].errors["file"][0]
    assert not ImportJob.objects.exists()


def test_a_file_is_kept_under_a_random_name_and_shown_before_anything_is_saved(staff):
    existing = make_unit("Xã Ea Kar", code="EAKAR", kind=None)
    header = [*UNIT_HEADER, "Ký hiệu"]
    rows = ["EAKAR", "Xã Ea Kar", "xa", "ĐU"], ["EAO", "Xã <b>Ea Ô</b>", "Đảng ủy xã", None]
    content = workbook(header, *rows)

    response = upload(logged_in(staff), content)

    job = ImportJob.objects.get()
    assert response["Location"] == page(job)
    assert (job.owner, job.state, job.rows_new, job.rows_changed) == (staff, ImportState.PREVIEWED, 1, 1)
    assert (job.original_name, job.size, len(job.sha256)) == ("Danh sách đơn vị.xlsx", len(content), 64)
    assert "sách" not in job.file.name and job.file.open().read() == content
    existing.refresh_from_db()
    assert existing.symbol == "" and Unit.objects.filter(code="EAO").exists() is False

    shown = text_of(logged_in(staff).get(page(job)))
    assert "1 dòng mới, 1 dòng thay đổi, 0 dòng giữ nguyên." in shown
    assert "<td>Xã Ea Kar</td>" in shown
    assert "<td>Xã &lt;b&gt;Ea Ô&lt;/b&gt;</td>" in shown
    assert "Xác nhận nhập" in shown


def test_errors_are_shown_at_their_cells_and_can_be_downloaded(staff):
    job = uploaded(staff, ["A1", "Xã A", "xa"], ["A2", "", "không có"])
    client = logged_in(staff)

    shown = text_of(client.get(page(job)))
    errors = client.get(page(job, "errors/"))

    not_found = "Không tìm thấy mã hoặc tên này. Hãy ghi mã, hoặc ghi đầy đủ tên đúng như trong danh sách."
    assert job.state == ImportState.REFUSED
    assert "C3</td><td>Loại đơn vị</td><td>không có</td>" in shown
    assert "Xác nhận nhập" not in shown
    assert cells(errors.content) == [
        ["Ô", "Cột", "Giá trị", "Lỗi và cách sửa"],
        ["B3", "Tên đơn vị", "", "Ô này phải điền."],
        ["C3", "Loại đơn vị", "không có", not_found],
    ]
    assert errors["Content-Disposition"].startswith('attachment; filename="loi-don-vi.xlsx";')


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Tệp đã chọn không có nội dung"),
        (b"%PDF-1.7 \x00", "Chỉ đọc được tệp Excel"),
        (workbook(["Tên", "Số"], ["a", 1]), "Không tìm thấy hàng tiêu đề"),
        (workbook(UNIT_HEADER), "Tệp không có dòng nào"),
    ],
)
def test_what_is_no_such_table_is_refused_at_the_field_and_not_kept(staff, content, words):
    response = upload(logged_in(staff), content)

    assert response.status_code == 200
    assert words in text_of(response)
    assert ImportJob.objects.count() == 0


def test_a_form_sent_twice_makes_one_job(staff):
    key, client = str(uuid.uuid4()), logged_in(staff)
    content = workbook(UNIT_HEADER, ["A1", "Xã A", "xa"])

    first, second = upload(client, content, key), upload(client, content, key)

    assert first["Location"] == second["Location"]
    assert ImportJob.objects.count() == 1


def test_a_mended_file_sent_from_the_form_of_the_wrong_one_is_read(staff):
    """The browser's way back shows the form as it was, key included."""
    client, key = logged_in(staff), str(uuid.uuid4())
    upload(client, workbook(UNIT_HEADER, ["A1", "", "xa"]), key)
    upload(client, workbook(UNIT_HEADER, ["A1", "Xã A", "xa"]), key)
    upload(client, workbook(UNIT_HEADER, ["A1", "Xã A khác", "xa"]), key)
    jobs = ImportJob.objects.order_by("pk")
    assert [job.state for job in jobs] == [ImportState.REFUSED, ImportState.PREVIEWED, ImportState.PREVIEWED]


# --- confirming -----------------------------------------------------------------------------------------------------


def test_confirming_imports_once_however_often_it_is_sent(staff):
    job, client = uploaded(staff, ["A1", "Xã A", "xa"]), logged_in(staff)

    first = client.post(page(job, "confirm/"), follow=True)
    unit = Unit.objects.get(code="A1")
    unit.name = "Xã A, sửa sau khi nhập"
    unit.save()
    second = client.post(page(job, "confirm/"), follow=True)

    assert "Đã nhập: 1 dòng mới, 0 dòng thay đổi, 0 dòng giữ nguyên." in text_of(first)
    assert "Tệp này đã được nhập trước đó." in text_of(second)
    assert Unit.objects.get(code="A1").name == "Xã A, sửa sau khi nhập"
    assert Activity.objects.filter(action="import").count() == 1
    job.refresh_from_db()
    assert job.state == ImportState.CONFIRMED
    assert "Xác nhận nhập" not in text_of(client.get(page(job)))


def test_what_became_wrong_since_the_preview_fails_as_a_whole_and_is_told(staff, kind):
    job, client = uploaded(staff, ["A1", "Xã A", "xa"], ["A2", "Xã B", "xa"]), logged_in(staff)
    UnitKind.objects.filter(pk=kind.pk).update(code="xa-cu")

    response = client.post(page(job, "confirm/"), follow=True)

    job.refresh_from_db()
    assert (job.state, [error["cell"] for error in job.errors]) == (ImportState.FAILED, ["C2", "C3"])
    assert "Đã nhập" not in text_of(response)
    assert "Chưa lưu gì." in text_of(response)
    assert Unit.objects.filter(code__in=["A1", "A2"]).count() == 0


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_kept_file_that_is_not_the_uploaded_one_is_not_imported(staff, damage):
    job, client = uploaded(staff, ["A1", "Xã A", "xa"]), logged_in(staff)
    if damage == "gone":
        job.file.storage.delete(job.file.name)
    else:
        with job.file.storage.open(job.file.name, "wb") as kept:
            kept.write(workbook(UNIT_HEADER, ["A9", "Xã Khác", "xa"]))

    response = client.post(page(job, "confirm/"), follow=True)

    assert "Không còn đọc được tệp. Hãy tải tệp lên lại." in text_of(response)
    assert Unit.objects.filter(code__in=["A1", "A9"]).count() == 0


def test_a_refused_file_cannot_be_confirmed(staff):
    job = uploaded(staff, ["A1", "", "xa"])

    logged_in(staff).post(page(job, "confirm/"))

    job.refresh_from_db()
    assert job.state == ImportState.REFUSED
    assert Unit.objects.filter(code="A1").exists() is False


def test_asking_for_a_page_changes_nothing(staff):
    job, client = uploaded(staff, ["A1", "Xã A", "xa"]), logged_in(staff)

    answers = [client.get(page(job, name)).status_code for name in ("", "confirm/", "errors/")]

    assert answers == [200, 405, 200]
    assert client.get(f"{LIST}export/").status_code == 405
    assert Unit.objects.filter(code="A1").exists() is False
    assert Activity.objects.count() == 0


# --- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.isolation
def test_the_job_of_another_is_as_if_it_were_missing(staff):
    job, other = uploaded(staff, ["A1", "Xã A", "xa"]), logged_in(make_staff())

    answers = [
        other.get(page(job)).status_code,
        other.get(page(job, "errors/")).status_code,
        other.post(page(job, "confirm/")).status_code,
    ]

    assert answers == [302, 302, 302]
    job.refresh_from_db()
    assert job.state == ImportState.PREVIEWED
    assert Unit.objects.filter(code="A1").exists() is False


@pytest.mark.isolation
@pytest.mark.parametrize("make_user", [make_lead, make_leader])
def test_without_the_permission_there_are_no_buttons_and_no_pages(make_user):
    make_unit()
    client = logged_in(make_user())

    shown = text_of(client.get(LIST))
    answers = {
        client.get(IMPORT).status_code,
        client.get(f"{IMPORT}template/").status_code,
        client.get(f"{IMPORT}1/").status_code,
        client.post(f"{IMPORT}1/confirm/").status_code,
        client.post(f"{LIST}export/").status_code,
        upload(client, workbook(UNIT_HEADER, ["A1", "Xã A", "xa"])).status_code,
    }

    assert answers == {403}
    assert "Nhập từ Excel" not in shown and "Xuất Excel" not in shown
    assert ImportJob.objects.count() == 0


def test_with_it_the_list_has_the_buttons(staff):
    shown = text_of(logged_in(staff).get(LIST))

    assert "Nhập từ Excel" in shown
    assert "Tải tệp mẫu" in shown
    assert "Xuất Excel" in shown


@pytest.mark.isolation
def test_a_lost_permission_closes_a_job_at_once(staff):
    job = uploaded(staff, ["A1", "Xã A", "xa"])
    staff.memberships.all().delete()

    assert logged_in(staff).post(page(job, "confirm/")).status_code == 302
    job.refresh_from_db()
    assert job.state == ImportState.PREVIEWED


# --- exporting ------------------------------------------------------------------------------------------------------


def codes(response):
    return [row[0] for row in cells(response.content)[1:]]


def test_an_export_holds_what_the_list_shows(staff, kind):
    make_unit("Xã Ea Kar", code="EAKAR", kind=kind)
    make_unit("Sở Nội vụ", code="SNV", kind=make_kind(code="so"))
    make_unit("Xã Ea Ô", code="EAO", kind=kind)
    client = logged_in(staff)

    searched = client.post(f"{LIST}export/?q=ea")
    filtered = client.post(f"{LIST}export/?kind__id__exact={kind.pk}&q=kar")

    assert codes(searched) == ["EAKAR", "EAO"]
    assert codes(filtered) == ["EAKAR"]
    assert filtered["Content-Disposition"].startswith('attachment; filename="don-vi.xlsx";')
    exports = Export.objects.order_by("pk")
    assert [(made.owner, str(made), made.filters) for made in exports] == [
        (staff, "Đơn vị: 2 dòng", "Tìm kiếm: ea"),
        (staff, "Đơn vị: 1 dòng", f"Tìm kiếm: kar; Loại: {kind}"),
    ]


def test_the_button_takes_the_filters_of_the_list_along(staff, kind):
    shown = text_of(logged_in(staff).get(f"{LIST}?q=ea&kind__id__exact={kind.pk}&p=1"))

    assert f'action="{LIST}export/?q=ea&amp;kind__id__exact={kind.pk}"' in shown


@pytest.mark.isolation
def test_an_export_holds_only_rows_of_the_own_unit(monkeypatch):
    own, _other = make_unit("Xã Ea Kar", code="EAKAR"), make_unit("Xã Ea Bí Mật", code="BIMAT")
    row = RIGHTS["organization.unit"]
    monkeypatch.setitem(RIGHTS, "organization.unit", {**row, Role.UNIT_LEAD: "view export"})

    assert codes(logged_in(make_lead(own)).post(f"{LIST}export/?q=ea")) == ["EAKAR"]


def test_a_list_that_is_too_long_is_narrowed_first(staff, monkeypatch):
    monkeypatch.setattr(transfers_admin, "EXPORT_LIMIT", 1)
    make_unit("Xã Ea Kar")
    make_unit("Xã Ea Ô")

    response = logged_in(staff).post(f"{LIST}export/?q=ea", follow=True)

    assert "Danh sách có hơn 1 dòng." in text_of(response)
    assert Activity.objects.count() == 0


@pytest.fixture
def long_list(staff, settings):
    settings.EXPORT_REASON_ROWS = 1
    make_unit("Xã Ea Kar", code="EAKAR")
    make_unit("Xã Ea Ô", code="EAO")
    make_unit("Sở Nội vụ", code="SNV")
    return f"{LIST}export/?q=ea"


def test_a_long_list_first_shows_what_it_will_hold_and_asks_for_a_reason(staff, long_list):
    client = logged_in(staff)

    asked, empty = client.post(long_list), client.post(long_list, {"reason": " "})

    for page in (asked, empty):
        shown = text_of(page)
        assert page["Content-Type"].startswith("text/html")
        assert "Tệp sẽ có 2 dòng." in shown
        assert "Chỉ gồm: Tìm kiếm: ea." in shown
        assert "Các cột: Mã, Tên đơn vị, Tên viết tắt, Ký hiệu, Loại đơn vị," in shown
        assert "Hôm nay đồng chí còn được xuất 50.000 dòng." in shown
        assert f'href="{LIST}?q=ea"' in shown
        assert "EAKAR" not in shown
    assert "dv-error" not in text_of(asked) and "Ô này bắt buộc nhập." in text_of(empty)
    assert (Export.objects.count(), Activity.objects.count()) == (0, 0)


def test_with_a_reason_the_file_comes_and_the_reason_is_kept(staff, long_list):
    response = logged_in(staff).post(long_list, {"reason": "Đối chiếu\r\nsố liệu"})

    assert codes(response) == ["EAKAR", "EAO"]
    assert Activity.objects.get(action="export").reason == "Đối chiếu\nsố liệu"


def test_a_short_list_comes_with_one_click(staff, long_list):
    assert codes(logged_in(staff).post(f"{LIST}export/?q=kar")) == ["EAKAR"]


def test_a_day_that_is_used_up_is_told_on_the_list_and_nothing_is_taken(staff, settings, long_list):
    settings.EXPORT_ROWS_PER_DAY = 1

    response = logged_in(staff).post(long_list, {"reason": "Đối chiếu"}, follow=True)

    assert response.redirect_chain == [(f"{LIST}?q=ea", 302)]
    assert "mỗi người được xuất tối đa 1 dòng một ngày" in text_of(response)
    assert (Export.objects.count(), Activity.objects.count()) == (0, 0)


def test_the_administrator_reads_in_the_history_who_exported_what(staff, long_list):
    logged_in(staff).post(long_list, {"reason": "Đối chiếu số liệu"})
    administrator = logged_in(make_administrator())
    activity = Activity.objects.get(action="export")
    page = f"/admin/history/activity/{activity.pk}/change/"

    listed = text_of(administrator.get("/admin/history/activity/"))
    shown = text_of(administrator.get(page))

    assert staff.full_name in listed and "Đơn vị: 2 dòng" in listed and "Đối chiếu số liệu" in listed
    assert page in listed and "xuất tệp: Đơn vị: 2 dòng" in shown
    for words in ("Số dòng", "→ 2<", "Các cột", "→ Mã, Tên đơn vị,", "Điều kiện lọc", "→ Tìm kiếm: ea<"):
        assert words in shown
