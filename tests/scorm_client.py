"""A learning platform in a browser: scorm-again's SCORM 1.2 runtime, a frame with a package, and a learner.

The runtime allows more than SCORM 1.2 does; `limits` holds what a package says to the standard itself.
"""

import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, Frame, Page, Route

from pipeline.engines import chromium, node

RUNTIME = node.INSTALLED / "scorm-again" / "dist" / "scorm12.min.js"
Row = Mapping[str, Any]

HOST = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Platform</title><link rel="icon" href="data:,">
<script src="scorm12.min.js"></script></head>
<body><iframe id="sco" title="A package" width="1000" height="700"></iframe>
<script>
const calls = [];
function begin(record) {
  window.API = new Scorm12API({ autocommit: false, logLevel: 5, mastery_override: true });
  API.loadFromJSON(record, '');
  for (const name of ['LMSInitialize', 'LMSSetValue', 'LMSCommit', 'LMSFinish']) {
    const real = API[name].bind(API);
    API[name] = (...values) => {
      const given = real(...values);
      calls.push([name, ...values, String(given), API.LMSGetLastError()]);
      return given;
    };
  }
}
function show(address) {
  return new Promise((loaded) => {
    const frame = document.getElementById('sco');
    frame.onload = loaded;
    frame.src = address;
  });
}
</script></body></html>
"""

LEARNER = """(rows) => {
  const words = (element) => element.textContent.replace(/\\s+/g, ' ').trim();
  return rows.map((row) => {
    const box = document.getElementById(`scorm.${row.key}`);
    if (row.kind === 'numeric') box.querySelector('input').value = row.number;
    else if (row.kind === 'order') {
      for (const [place, text] of row.texts.entries()) {
        const items = () => [...box.querySelectorAll('.order > li')];
        const from = items().findIndex((item) => words(item.querySelector('.words')) === text);
        for (let at = from; at > place; at -= 1) items()[at].querySelector('.up').click();
      }
    } else for (const option of box.querySelectorAll('.option')) {
      if (row.texts.includes(words(option.querySelector('.words')))) option.querySelector('input').click();
    }
    box.querySelector('.check').click();
    return words(box.querySelector('.verdict'));
  });
}"""
"""Answers questions by what a learner sees: the words of options."""


def unpacked(data: bytes, folder: Path) -> Path:
    """The files of a package, whose every member is whole."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
        package.extractall(folder)
    return folder


def answered(row: Row, right: bool) -> dict[str, Any]:
    """What a learner does who knows the answer to a question of the manifest, or does not."""
    said = {"key": row["id"].rpartition("/")[2], "kind": row["kind"]}
    texts = [" ".join(option["text"].split()) for option in row["options"]]
    good = [text for text, option in zip(texts, row["options"], strict=True) if option["correct"]]
    bad = [text for text in texts if text not in good]
    match row["kind"]:
        case "numeric":
            wrong = Decimal(row["answer"]["number"]) + Decimal(row["answer"]["tolerance"]) + 1
            return said | {"number": row["answer"]["number"] if right else str(wrong)}
        case "order":
            return said | {"texts": texts if right else texts[::-1]}
        case "single":
            return said | {"texts": good if right else bad[:1]}
        case _:
            return said | {"texts": good if right else good[:1] if not bad else texts}


def reported(row: Row, right: bool) -> dict[str, str]:
    """What a platform is to hear of that answer."""
    texts = [" ".join(option["text"].split()) for option in row["options"]]
    done = answered(row, right)
    letters = {text: "abcdefghijklmnopqrstuvwxyz"[place] for place, text in enumerate(texts)}
    correct = [letters[text] for text, option in zip(texts, row["options"], strict=True) if option["correct"]]
    chosen = sorted(done.get("texts", ()), key=texts.index) if row["kind"] != "order" else done["texts"]
    numeric = row["kind"] == "numeric"
    types = {"numeric": "numeric", "order": "sequencing"}
    return {
        "id": row["id"].replace("/", "_"),
        "type": types.get(row["kind"], "choice"),
        "result": "correct" if right else "wrong",
        "pattern": row["answer"]["number"] if numeric else ",".join(correct),
        "response": done["number"] if numeric else ",".join(letters[text] for text in chosen),
    }


@dataclass
class Session:
    """A learner's session with a package."""

    page: Page
    frame: Frame
    problems: list[str] = field(default_factory=list)

    def answer(self, rows: Sequence[Row], right: bool) -> list[str]:
        """Answer questions of the manifest, and give the player's verdicts."""
        said: list[str] = self.frame.evaluate(LEARNER, [answered(row, right) for row in rows])
        return said

    def record(self) -> dict[str, Any]:
        """What the platform knows now."""
        found: dict[str, Any] = self.page.evaluate("API.renderCMIToJSONObject().cmi")
        return found

    def interactions(self) -> list[dict[str, str]]:
        """The journal, in its order."""
        rows = self.record()["interactions"]
        return [
            {name: row[name] for name in ("id", "type", "result")}
            | {"pattern": row["correct_responses"]["0"]["pattern"], "response": row["student_response"]}
            for _, row in sorted(rows.items(), key=lambda item: int(item[0]))
        ]

    def calls(self, name: str) -> list[list[str]]:
        """The calls of an API function: arguments, result, error."""
        return [call[1:] for call in self.page.evaluate("calls") if call[0] == name]

    def close(self) -> dict[str, Any]:
        """Leave the package, and give what the platform knows then."""
        self.page.evaluate("show('about:blank')")
        assert len(self.calls("LMSFinish")) == 1
        limits(self.calls("LMSSetValue"))
        assert not self.problems, self.problems
        found = self.record()
        self.page.context.close()
        return found


@dataclass
class Platform:
    """The platform: packages are folders below `root`."""

    browser: Browser
    root: Path
    address: str

    @property
    def elsewhere(self) -> str:
        """The same files, as those of another origin."""
        return self.address.replace("127.0.0.1", "localhost")

    def page(self, problems: list[str], scheme: chromium.Scheme = "light") -> Page:
        """A window that reaches this platform only. What it asks of others is a problem."""
        context = self.browser.new_context(
            color_scheme=scheme, reduced_motion="reduce", service_workers="block"
        )
        context.set_default_timeout(1000 * chromium.SECONDS)

        def local(route: Route) -> None:
            if route.request.url.startswith((self.address, self.elsewhere, "file:", "about:", "data:")):
                return route.continue_()
            problems.append(f"asks for {route.request.url}")
            return route.abort()

        context.route("**/*", local)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"script error: {error.message}"))
        page.on("dialog", lambda dialog: (problems.append("a dialog"), dialog.dismiss()))
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        return page

    def launch(self, package: str, record: Mapping[str, Any] | None = None, **core: Any) -> Session:
        """Begin a session, or go on with one whose record is given, as a platform does."""
        problems: list[str] = []
        page = self.page(problems)
        page.goto(f"{self.address}/host.html")
        known = json.loads(json.dumps(record or {"student_data": {"mastery_score": "80"}}))
        entry = "resume" if known.get("core", {}).get("exit") == "suspend" else "" if record else "ab-initio"
        known["core"] = {"credit": "credit"} | known.get("core", {}) | {"entry": entry, "exit": ""} | core
        page.evaluate("begin", known)
        page.evaluate("show", f"{package}/index.html")
        frame = next(frame for frame in page.frames if package in frame.url)
        return Session(page, frame, problems)


@contextmanager
def platform(root: Path) -> Iterator[Platform]:
    """A platform that serves this folder on this machine."""
    shutil.copy(RUNTIME, root)
    (root / "host.html").write_text(HOST, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(root)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with chromium.opened() as browser:
            yield Platform(browser, root, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()


def installed(served: Platform, data: bytes, name: str) -> str:
    """Give a package to the platform, under this name."""
    if not (served.root / name).exists():
        unpacked(data, served.root / name)
    return name


def opened(served: Platform, name: str, address: str = "") -> tuple[Page, list[str]]:
    """A package in a window of its own, without a platform."""
    problems: list[str] = []
    page = served.page(problems)
    page.goto(address or (served.root / name / "index.html").as_uri())
    return page, problems


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


SPAN = r"\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?"
PERCENT = r"100|\d{1,2}"
LETTERS = r"[a-z0-9](,[a-z0-9])*"
NUMBER = r"-?\d{1,200}(\.\d{1,50})?"
STANDARD = {
    r"cmi\.core\.lesson_status": "passed|completed|failed|incomplete",
    r"cmi\.core\.exit": "suspend|",
    r"cmi\.core\.session_time": SPAN,
    r"cmi\.core\.lesson_location": r"[^\n]{0,255}",
    r"cmi\.core\.score\.(raw|min|max)": PERCENT,
    r"cmi\.suspend_data": r"[ -~]{0,4096}",
    r"cmi\.interactions\.\d+\.id": r"[A-Za-z0-9_-]{1,255}",
    r"cmi\.interactions\.\d+\.time": r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d",
    r"cmi\.interactions\.\d+\.type": "choice|sequencing|numeric",
    r"cmi\.interactions\.\d+\.weighting": PERCENT,
    r"cmi\.interactions\.\d+\.(correct_responses\.0\.pattern|student_response)": rf"{LETTERS}|{NUMBER}",
    r"cmi\.interactions\.\d+\.result": "correct|wrong",
    r"cmi\.interactions\.\d+\.latency": SPAN,
}
"""What SCORM 1.2 (Run-Time Environment, 3.4) takes for the elements that a package sets."""


def limits(calls: Sequence[Sequence[str]]) -> None:
    """Each value was taken, and is one that the standard allows; lists grow by one."""
    count = int(next((call[0].split(".")[2] for call in calls if ".interactions." in call[0]), "0"))
    for element, value, given, error in calls:
        assert (given, error) == ("true", "0"), (element, value, given, error)
        allowed = [values for name, values in STANDARD.items() if re.fullmatch(name, element)]
        assert len(allowed) == 1 and re.fullmatch(allowed[0], value), (element, value)
        if element.startswith("cmi.interactions."):
            place = int(element.split(".")[2])
            assert place in (count, count + 1), element
            count = place
