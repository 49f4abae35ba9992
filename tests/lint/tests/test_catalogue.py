import json
from concurrent.futures import ThreadPoolExecutor

import polib
import pytest

from danvan.messages import compile_messages
from tests.lint import catalogue
from tests.lint.entries import Translation


@pytest.fixture
def messages_dir(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "MESSAGES_DIR", tmp_path)
    return tmp_path


def written(path):
    return [(entry.msgctxt, entry.msgid, entry.msgstr) for entry in polib.pofile(str(path))]


def test_the_catalogue_is_made_and_kept_in_order(tmp_path):
    path = tmp_path / "django.po"
    catalogue.merge([Translation("b", "B"), Translation("a", "A")], path)
    catalogue.merge([Translation("a", "C", context="c"), Translation("aa", "AA")], path)
    assert written(path) == [(None, "a", "A"), ("c", "a", "C"), (None, "aa", "AA"), (None, "b", "B")]


def test_what_is_replaced_is_told(tmp_path):
    path = tmp_path / "django.po"
    assert catalogue.merge([Translation("Go", "Đi"), Translation("Home", "Nhà")], path) == []
    assert catalogue.merge([Translation("Go", "Thực hiện"), Translation("Home", "Nhà")], path) == [
        "'Go': 'Đi' became 'Thực hiện'"
    ]
    assert written(path) == [(None, "Go", "Thực hiện"), (None, "Home", "Nhà")]


def test_a_plural_has_its_one_form(tmp_path):
    path = tmp_path / "django.po"
    catalogue.merge([Translation("%d unit", "%d đơn vị", plural="%d units")], path)
    (entry,) = polib.pofile(str(path))
    assert (entry.msgid, entry.msgid_plural, entry.msgstr_plural) == ("%d unit", "%d units", {0: "%d đơn vị"})


def test_nobody_loses_what_is_added_at_once(tmp_path):
    path = tmp_path / "django.po"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: catalogue.merge([Translation(f"msgid {n:02}", f"câu {n}")], path), range(16)))
    assert written(path) == [(None, f"msgid {n:02}", f"câu {n}") for n in range(16)]
    assert [file.name for file in tmp_path.iterdir()] == ["django.po"]


def test_one_refused_item_keeps_all_out(messages_dir, tmp_path, capsys):
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"Unit": "Đơn vị", "%(n)s units": "%(m)s đơn vị"}))
    assert catalogue.main(["add", str(file)]) == 1
    assert not (messages_dir / "django.po").exists()
    assert "'%(n)s units' has other placeholders: '%(m)s đơn vị'" in capsys.readouterr().err


def test_a_file_is_added_to_the_domain_that_is_named(messages_dir, tmp_path):
    file = tmp_path / "mine.json"
    file.write_text('{"Now": "Bây giờ"}')
    assert catalogue.main(["add", str(file), "--domain", "djangojs"]) == 0
    assert written(messages_dir / "djangojs.po") == [(None, "Now", "Bây giờ")]


def test_only_what_is_newer_is_compiled(tmp_path):
    source = tmp_path / "vi" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    catalogue.merge([Translation("Unit", "Đơn vị")], source)
    target = source.with_suffix(".mo")
    assert compile_messages(tmp_path) == [target]
    assert [(entry.msgid, entry.msgstr) for entry in polib.mofile(str(target))] == [("Unit", "Đơn vị")]
    target.touch()
    assert compile_messages(tmp_path) == []
    catalogue.merge([Translation("Unit", "đơn vị")], source)
    assert compile_messages(tmp_path) == [target]
    assert [entry.msgstr for entry in polib.mofile(str(target))] == ["đơn vị"]
