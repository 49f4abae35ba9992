import pytest

from tests.lint.extraction import Message, Unreadable, messages_in, source_files


def found(tmp_path, name, text, *, ours=True):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [message for _, message in messages_in(path, ours=ours)]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("from django.utils.translation import gettext_lazy as _\n_('a' 'b')", Message("django", "ab")),
        ("from django.utils.translation import gettext as say\nsay('a')", Message("django", "a")),
        ("translation.gettext('a')", Message("django", "a")),
        ("ngettext('a', 'b', n)", Message("django", "a", plural="b")),
        ("pgettext_lazy('c', 'a')", Message("django", "a", "c")),
        ("npgettext('c', 'a', 'b', n)", Message("django", "a", "c", "b")),
        ("gettext('a %(n)s') % {'n': 1}", Message("django", "a %(n)s")),
    ],
)
def test_messages_of_python(tmp_path, code, message):
    assert found(tmp_path, "x.py", code) == [message]


@pytest.mark.parametrize("code", ["gettext(word)", "gettext(words['a']['b'])", "gettext()", "other('a')"])
def test_what_is_not_written_there_is_no_message(tmp_path, code):
    assert found(tmp_path, "x.py", code) == []


@pytest.mark.parametrize(
    "code", ["gettext(f'a {b}')", "gettext('a %s' % b)", "gettext('a {}'.format(b))", "_('a' + b)"]
)
def test_our_texts_may_not_be_built_at_run_time(tmp_path, code):
    with pytest.raises(Unreadable, match="line 2: the text given to .* is built at run time"):
        found(tmp_path, "x.py", f"\n{code}")
    assert found(tmp_path, "x.py", f"\n{code}", ours=False) == []


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("<p>\n  {% translate 'a' %}\n</p>", Message("django", "a")),
        ("{% trans 'a' context 'c' %}", Message("django", "a", "c")),
        ("{{ _('a') }}", Message("django", "a")),
        ("{% blocktranslate trimmed %}\n a\n {{ b }}\n{% endblocktranslate %}", Message("django", "a %(b)s")),
        (
            "{% blocktranslate count n=1 %}a{% plural %}{{ n }} b{% endblocktranslate %}",
            Message("django", "a", plural="%(n)s b"),
        ),
        ("{# {% translate 'no' %} #}{% translate 'a' %}", Message("django", "a")),
    ],
)
def test_messages_of_templates(tmp_path, page, message):
    assert found(tmp_path, "x.html", page) == [message]


def test_messages_of_scripts(tmp_path):
    script = "const a = gettext('a'), b = ngettext('b', 'bs', 2), c = pgettext('c', 'd');"
    assert found(tmp_path, "x.js", script) == [
        Message("djangojs", "a"),
        Message("djangojs", "b", plural="bs"),
        Message("djangojs", "d", "c"),
    ]


@pytest.mark.parametrize(("name", "text"), [("x.py", "gettext("), ("x.html", "{% blocktranslate %}{% if a %}")])
def test_a_broken_file_is_unreadable(tmp_path, name, text):
    with pytest.raises(Unreadable):
        found(tmp_path, name, text)


def test_bytes_that_are_no_text_are_unreadable(tmp_path):
    path = tmp_path / "x.html"
    path.write_bytes(b"\xff\xfe{% translate 'a' %}")
    with pytest.raises(Unreadable):
        messages_in(path, ours=True)


def test_the_installed_packages_are_read_with_ours():
    shown = {path: ours for _, path, ours in source_files()}
    assert shown["danvan/messages.py"] is True
    assert shown["django/contrib/admin/templates/admin/login.html"] is False
    assert {"unfold/forms.py", "import_export/admin.py", "django_filters/conf.py"} <= set(shown)
