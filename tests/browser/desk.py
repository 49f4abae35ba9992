"""Somebody at a real browser, watched: no other host is asked, no page fails, no script breaks."""

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "Mot-mat-khau-minh-hoa"


class Desk:
    """One person, logged in, or nobody yet where no name is given. ``troubles`` collects what a page must not do."""

    def __init__(self, browser, base, username, width):
        self.base = base
        self.troubles = []
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            accept_downloads=True,
        )
        self.page = context.new_page()
        self.page.on("request", self._watch_request)
        self.page.on("response", self._watch_response)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("console", lambda said: said.type == "error" and self.troubles.append(f"console: {said.text}"))
        if username:
            self.log_in(username)

    def _watch_request(self, request):
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.troubles.append(f"other host: {request.url}")

    def _watch_response(self, response):
        if response.status >= 400:
            self.troubles.append(f"{response.status}: {response.url}")

    def log_in(self, username):
        self.open("/admin/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("#login-form button[type=submit]")
        self.page.wait_for_url(f"{self.base}/admin/")

    def open(self, path):
        self.page.goto(self.base + path)

    def click(self, words):
        """Click the link or button that reads *words*."""
        self.page.locator("a, button").filter(has_text=words).filter(visible=True).first.click()
        self.page.wait_for_load_state()

    @property
    def text(self):
        return self.page.inner_text("body")

    def download(self, words):
        """Click what reads *words* and return the bytes that come."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=words).first.click()
        return waiting.value.path().read_bytes()

    def scrolls_sideways(self):
        return self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")


@contextmanager
def desks(chromium_path, base):
    """Give a function that seats somebody at a desk; check at the end that nobody had trouble."""
    seated = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)

        def seat(username, width=1440):
            seated.append(Desk(browser, base, username, width))
            return seated[-1]

        yield seat
        browser.close()
    troubles = [trouble for desk in seated for trouble in desk.troubles]
    assert not troubles, troubles
