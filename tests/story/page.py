"""A reader of pages: fills in the forms that a page really shows and sends them, like a person with a browser."""

from lxml import html

from danvan.organization.models import User


class Person:
    """Somebody who works with the site through its pages."""

    def __init__(self, client, user: User):
        client.force_login(user)
        self.client = client
        self.user = user

    def open(self, url, status=200):
        """Open *url* and return the page."""
        answer = self.client.get(url)
        assert answer.status_code == status, f"{url}: {answer.status_code}"
        return Page(self, url, answer)

    def fill_in(self, url, form_name=None, /, **values):
        """Open *url*, fill in its form (the one with id *form_name*, or the only one of the page) and send it."""
        return self.open(url).send(form_name, **values)


class Page:
    """What came back. ``text`` is what a person reads."""

    def __init__(self, person, url, answer):
        self.person = person
        self.url = url
        self.answer = answer
        content_type = answer.get("Content-Type", "")
        self.tree = html.fromstring(answer.content.decode()) if "html" in content_type and answer.content else None

    @property
    def text(self):
        shown = self.tree.xpath("//text()[not(ancestor::script or ancestor::style or ancestor::template)]")
        return " ".join(" ".join(shown).split())

    @property
    def errors(self):
        """What the page says is wrong."""
        found = self.tree.xpath(
            "//*[contains(@class, 'errorlist')]//li | //*[@role='alert'] | //*[contains(@class,'dv-error')]"
        )
        return [" ".join(element.text_content().split()) for element in found]

    def form(self, name=None):
        forms = [form for form in self.tree.forms if form.method == "POST" and "logout" not in (form.action or "")]
        if name is not None:
            forms = [form for form in forms if form.get("id") == name or name in (form.action or "")]
        assert len(forms) == 1, [(form.get("id"), form.action) for form in forms]
        return forms[0]

    def send(self, form_name=None, /, **values):
        """Fill in the form and send it; return the page at the end of the redirects."""
        form = self.form(form_name)
        names = set(form.fields) | {button.get("name") for button in form.xpath(".//button[@name]")}
        names |= {button.get("name") for button in self.tree.xpath(f"//button[@form='{form.get('id')}']")}
        missing = {name for name in values if name not in names}
        assert not missing, f"{self.url} does not ask for {missing}; it asks for {sorted(names)}"
        data = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        data.update(values)
        url = form.action or self.url
        answer = self.person.client.post(url, data, follow=True)
        assert answer.status_code == 200, f"{url}: {answer.status_code}"
        return Page(self.person, answer.redirect_chain[-1][0] if answer.redirect_chain else url, answer)

    def link(self, words):
        """The address behind the link that reads *words*."""
        found = {a.get("href") for a in self.tree.xpath("//a[@href]") if " ".join(a.text_content().split()) == words}
        assert len(found) == 1, (words, found)
        return found.pop()

    def follow(self, words):
        return self.person.open(self.link(words))
