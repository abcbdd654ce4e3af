"""What somebody does at the page, in their words; pictures of every screen are kept as test output."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Download, Request, expect

PAGE = "/bulk-operations/"
PATIENCE_MS = 60_000
expect.set_options(timeout=30_000)  # on a busy machine an answer may take that long


class Desk:
    """One person in one browser window."""

    def __init__(self, context: BrowserContext, site: str, pictures: Path) -> None:
        self.context = context
        self.site = site
        self.pictures = pictures
        self.page = context.new_page()
        self.faults: list[str] = []
        self._count = 0
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("console", self._note_violation)
        self.page.on("request", self._note_stranger)
        self.page.on("filechooser", lambda _chooser: None)  # choosers are watched for from now on, not only when asked

    def log_in(self, user: str) -> None:
        self.page.goto(self.site + PAGE)
        self.page.fill("#id_username", user)
        self.page.fill("#id_password", user)
        self.page.click("[type=submit]")

    def go(self, path: str = "") -> None:
        self.page.goto(self.site + PAGE + path)

    def choose(self, operation: str) -> None:
        change = self.page.get_by_text("Change", exact=True)
        if change.is_visible():  # it was chosen before, and is folded
            change.click()
        radio = self.page.get_by_role("radio", name=operation)
        value = str(radio.get_attribute("value"))
        radio.check()
        expect(self.page.locator("input[name=task_type]")).to_have_value(value)

    def pick(self, file: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.page.locator("input[type=file]").click()
        chooser.value.set_files(file)

    def preview(self) -> None:
        self.page.get_by_role("button", name="Preview changes").click()
        self.wait_for("preview")

    def run(self) -> None:
        self.page.get_by_text("More ways to run it").click()
        self.page.get_by_role("button", name="Run without preview").click()

    def apply(self) -> None:
        number = self.page.get_by_label("To apply, type")
        if number.count():  # the label says which
            label = self.page.locator("label[for=confirm]").inner_text()
            number.fill("".join(filter(str.isdigit, label)))
        self.page.get_by_role("button", name="Apply these changes").click()

    def is_at(self, stage: str) -> None:
        """Until the task has come as far as that."""
        expect(self.page.locator("li[aria-current=step]")).to_contain_text(stage)

    def wait_for(self, phase: str) -> None:
        """Until the page shows it by itself: nobody reloads."""
        self.page.locator(f"#task[data-phase={phase}]").wait_for(timeout=PATIENCE_MS)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def download(self, link: str, folder: Path) -> Path:
        with self.page.expect_download() as found:
            self.page.get_by_role("link", name=link, exact=True).click()
        download: Download = found.value
        target = folder / download.suggested_filename
        download.save_as(target)
        return target

    def focused(self) -> str:
        """What has the focus: its id, or else its text; empty where nothing has."""
        script = """() => {
            const element = document.activeElement;
            return element === document.body ? "" : element.id || element.textContent.trim();
        }"""
        return str(self.page.evaluate(script))

    def tab_to(self, text: str, *, most: int = 80) -> None:
        """Press Tab until the focus is where this can be read."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if text in self.focused():
                return
        raise AssertionError(f"{text!r} is not reached by Tab; the focus is at {self.focused()!r}")

    def picture(self, name: str) -> None:
        self._count += 1
        path = self.pictures.with_name(f"{self.pictures.name}-{self._count}-{name}.png")
        window = self.page.viewport_size or {"width": 1280, "height": 900}
        whole = self.page.evaluate("() => document.documentElement.scrollHeight")
        self.page.set_viewport_size({**window, "height": max(whole, window["height"])})  # what sticks is at the end
        self.page.screenshot(path=path, full_page=True, caret="initial")
        self.page.set_viewport_size(window)

    def check_access(self) -> None:
        """Nothing that axe finds, and nothing wider than the window."""
        found = Axe().run(self.page).response["violations"]
        told = [f"{each['id']}: {each['help']}: {[node['html'] for node in each['nodes']]}" for each in found]
        assert told == [], told
        overflow = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(overflow) == 0, "wider than the window"

    def look(self, name: str) -> None:
        self.picture(name)
        self.check_access()

    def leave(self) -> None:
        self.context.close()
        assert self.faults == [], self.faults

    def _note_violation(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def _note_stranger(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.faults.append(f"request to {request.url}")
