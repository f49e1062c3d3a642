"""A learner in a browser, in front of a page of Kolibri."""

import re
from collections.abc import Mapping
from typing import Any

from kolibri_client import Kolibri


class Learner:
    """A learner who reaches no host but Kolibri. `problems` are what pages say in dialogs."""

    def __init__(self, browser: Any, kolibri: Kolibri) -> None:
        self.kolibri, self.problems = kolibri, list[str]()
        self.page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
        self.page.set_default_timeout(30_000)
        self.page.route("**/*", self._route)
        self.page.on("dialog", lambda dialog: self.problems.append(dialog.message))

    def _route(self, route: Any) -> None:
        ours = (self.kolibri.url, self.kolibri.pages, "data:", "blob:")
        if route.request.url.startswith(ours):
            route.continue_()
        else:
            route.abort()

    def open(self, node: Mapping[str, Any], awaited: str) -> None:
        self.page.goto("about:blank")
        self.page.goto(f"{self.kolibri.url}/en/learn/#/topics/c/{node['id']}")
        self.page.wait_for_selector(awaited)

    def check(self, said: str) -> None:
        """Have the answer checked. Kolibri says so of it, or the test fails."""
        self.page.get_by_role("button", name="Check", exact=True).click()
        self.page.locator(".current-status", has_text=said).wait_for()

    def choose(self, options: list[Mapping[str, Any]]) -> None:
        """Tick these options, or untick them."""
        for option in options:
            line = self.page.locator("li.perseus-radio-option").filter(has_text=option["text"])
            line.locator("button").first.click()

    def type(self, number: str) -> None:
        self.page.locator(".keypad-input").click()
        for _ in range(8):
            self.page.keyboard.press("Backspace")
        self.page.keyboard.type(number)

    def sort(self, wanted: list[str]) -> None:
        """Drag the entries, one after the other, to where they are wanted."""
        for place, text in enumerate(wanted):
            now = [" ".join(entry.split()) for entry in self._entries().all_inner_texts()]
            if now.index(text) != place:
                self._drag(now.index(text), place)

    def _entries(self) -> Any:
        return self.page.locator(".perseus-sortable-draggable")

    def _drag(self, start: int, end: int) -> None:
        one, other = (self._entries().nth(n).bounding_box() for n in (start, end))
        x, y, target = one["x"] + 20, one["y"] + one["height"] / 2, other["y"] + other["height"] / 2 - 8
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x, (y + target) / 2, steps=3)
        self.page.mouse.move(x, target, steps=3)
        self.page.mouse.up()
        self.page.locator(".perseus-sortable-draggable[style*=absolute]").first.wait_for(state="detached")

    def next(self) -> None:
        self.page.get_by_role("button", name="Next", exact=True).click()
        self.page.locator(".current-status", has_text=re.compile(r"^\s*$")).wait_for(state="attached")
