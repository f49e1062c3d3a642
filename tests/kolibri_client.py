"""Kolibri with a home of its own: it imports channels from disk, and serves them to learners on 127.0.0.1.

It looks for no other Kolibri on the network, and tells nobody about itself.
"""

import hashlib
import io
import json
import os
import re
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.error import URLError
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

import clients

NAME = "learner"
QUIET = {
    "KOLIBRI_DISABLE_PING": "1",
    "KOLIBRI_ZEROCONF_ENABLED": "0",
    "KOLIBRI_LISTEN_ADDRESS": "127.0.0.1",
    "KOLIBRI_REGULAR_PRIORITY_WORKERS": "1",
    "KOLIBRI_HIGH_PRIORITY_WORKERS": "1",
}
IMPORT = f"""
import json, sys
from kolibri.main import initialize

initialize()
from django.core.management import CommandError, call_command

call_command("provisiondevice", facility="Course", superusername="{NAME}", superuserpassword="{NAME}",
             preset="nonformal", language_id="en", interactive=False, verbosity=0)
said = {{}}
for channel, folder in json.loads(sys.argv[1]):
    try:
        call_command("importchannel", "disk", channel, folder)
        call_command("importcontent", "disk", channel, folder)
        said[channel] = ""
    except CommandError as problem:
        said[channel] = str(problem)
print(json.dumps(said))
"""
"""`kolibri manage importchannel disk …` and `importcontent disk …` for each channel, in one process."""


@dataclass(frozen=True)
class Kolibri:
    """A Kolibri that runs. `said` is what it says of each channel that it did not import."""

    url: str
    pages: str
    said: Mapping[str, str]
    opener: OpenerDirector

    def read(self, path: str) -> bytes:
        data: bytes = self.opener.open(self.url + path, timeout=60).read()
        return data

    def get(self, path: str) -> Any:
        """What its REST API answers."""
        return json.loads(self.read(path))

    def send(self, method: str, path: str, body: object) -> Any:
        """Send JSON to its REST API, as a page of Kolibri does."""
        token = {cookie.name: cookie.value for jar in self._jars() for cookie in jar}.get("kolibri_csrftoken")
        headers = {"Content-Type": "application/json", "X-CSRFToken": token or "", "Referer": self.url}
        request = Request(self.url + path, json.dumps(body).encode(), headers, method=method)
        return json.loads(self.opener.open(request, timeout=60).read())

    def _jars(self) -> Iterator[CookieJar]:
        return (h.cookiejar for h in self.opener.handlers if isinstance(h, HTTPCookieProcessor))

    def login(self) -> None:
        facility = self.get("/api/public/v1/facility/")[0]["id"]
        self.read("/en/auth/")
        self.send("POST", "/api/auth/session/", {"username": NAME, "password": NAME, "facility": facility})

    def nodes(self, channel: str) -> list[dict[str, Any]]:
        """All nodes of a channel that learners see, in the order of the tree."""
        found = self.get(f"/api/content/contentnode/?channel_id={channel}")
        return sorted(found, key=lambda node: node["lft"])

    def items(self, node: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """The questions of an exercise as Kolibri serves them, by their ids."""
        served = zipfile.ZipFile(io.BytesIO(self.read(node["files"][0]["storage_url"])))
        return {
            id: json.loads(served.read(f"{id}.json"))
            for id in node["assessmentmetadata"]["assessment_item_ids"]
        }


def channel(folder: Path) -> str:
    """The channel whose database a folder holds."""
    (database,) = (folder / "content" / "databases").iterdir()
    return database.stem


@contextmanager
def running(home: Path, folders: list[Path]) -> Iterator[Kolibri]:
    """Kolibri with these channel folders imported, in this order."""
    python = clients.python("kolibri")
    env = {**os.environ, **QUIET, "KOLIBRI_HOME": str(home)}
    wanted = json.dumps([(channel(folder), str(folder)) for folder in folders])
    done = subprocess.run(
        [python, "-c", IMPORT, wanted], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    port, zips = _free()
    start = ["start", "--foreground", f"--port={port}", f"--zip-port={zips}", "--skip-update"]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen([python, "-m", "kolibri", *start], env=env, stdout=log, stderr=log)
        try:
            opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
            kolibri = Kolibri(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{zips}", said, opener)
            _wait(kolibri, server)
            yield kolibri
        finally:
            server.terminate()
            server.wait(60)


def _free() -> tuple[int, int]:
    """Two ports that nobody uses."""
    with socket.socket() as one, socket.socket() as other:
        for found in (one, other):
            found.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _wait(kolibri: Kolibri, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "Kolibri ended"
        try:
            kolibri.read("/api/public/info/")
            return
        except URLError:
            time.sleep(0.1)
    raise AssertionError("Kolibri does not answer")


def differences(kolibri: Kolibri, channel: str, manifest: Mapping[str, Any]) -> list[str]:
    """How a channel that Kolibri serves differs from the course: its tree, its files, the keys of its quizzes."""
    nodes = kolibri.nodes(channel)
    return [*_tree(nodes, manifest), *_files(kolibri, nodes), *_keys(kolibri, nodes, manifest)]


def _tree(nodes: list[dict[str, Any]], manifest: Mapping[str, Any]) -> Iterator[str]:
    titles = {module["id"]: f"{module['number']}. {module['title']}" for module in manifest["modules"]}
    parts = {f"{row['number']}. {row['title']}": row for row in manifest["parts"]}
    tracks = {f"Track: {row['title']}": row for row in manifest["tracks"]}
    for title, row in (parts | tracks).items():
        inside = [node["title"] for node in nodes if [a["title"] for a in node["ancestors"]][1:] == [title]]
        topics = [name for name in inside if not re.search(r" \((PDF|EPUB)\)$", name)]
        if topics != [titles[id] for id in row["modules"]]:
            yield f"{title}: holds {topics}"


def _files(kolibri: Kolibri, nodes: list[dict[str, Any]]) -> Iterator[str]:
    files = {file["checksum"]: file for node in nodes for file in node["files"]}
    for checksum, file in files.items():
        if hashlib.md5(kolibri.read(file["storage_url"])).hexdigest() != checksum:
            yield f"{file['storage_url']}: is damaged"
    yield from (f"{node['title']}: has no file" for node in nodes if node["is_leaf"] and not node["files"])
    yield from (f"{node['title']}: is not there" for node in nodes if not node["available"])


def _keys(kolibri: Kolibri, nodes: list[dict[str, Any]], manifest: Mapping[str, Any]) -> Iterator[str]:
    questions = {row["id"]: row for row in manifest["questions"]}
    topics = {f"{module['number']}. {module['title']}": module["id"] for module in manifest["modules"]}
    quizzes = {row["module"]: row["questions"] for row in manifest["assessments"] if row["purpose"] == "quiz"}
    seen = set()
    for node in (node for node in nodes if node["kind"] == "exercise"):
        module = topics.get(node["ancestors"][-1]["title"], "")
        served = kolibri.items(node) if module and node["content_id"] not in seen else {}
        seen.add(node["content_id"])
        if served and len(served) != len(quizzes[module]):
            yield f"{module}: {len(served)} questions"
        for id, item in zip(quizzes.pop(module, ()), served.values(), strict=False):
            if key(item) != told(questions[id]):
                yield f"{id}: {key(item)}, not {told(questions[id])}"
    yield from (f"{module}: no quiz" for module in quizzes)


def key(item: Mapping[str, Any]) -> object:
    """The key of a Perseus item. Of its texts only letters and digits are compared."""
    ((name, widget),) = item["question"]["widgets"].items()
    options, hints = widget["options"], [bare(hint["content"]) for hint in item["hints"][:-1]]
    stem = item["question"]["content"]
    assert stem.endswith(f"\n\n[[☃ {name}]]")
    match widget["type"]:
        case "radio":
            answer: object = (
                options["multipleSelect"],
                {bare(c["content"]): (c["correct"], bare(c["clue"])) for c in options["choices"]},
            )
        case "numeric-input":
            (right,) = options["answers"]
            answer = Decimal(str(right["value"])), Decimal(str(right["maxError"]))
        case "sorter":
            answer = [bare(entry) for entry in options["correct"]]
    return bare(_plain(stem.removesuffix(f"[[☃ {name}]]"))), answer, hints


def told(question: Mapping[str, Any]) -> object:
    """The same of a question of the manifest."""
    options, answer = question["options"], question.get("answer", {})
    match question["kind"]:
        case "single" | "multiple":
            right: object = (
                question["kind"] == "multiple",
                {bare(o["text"]): (o["correct"], bare(_text(o["why"]))) for o in options},
            )
        case "numeric":
            right = Decimal(answer["number"]), Decimal(answer["tolerance"])
        case "order":
            right = [bare(option["text"]) for option in options]
    return bare(_text(question["stem"]["html"])), right, [bare(_text(hint)) for hint in question["hints"]]


def bare(text: str) -> str:
    """The letters and digits of a text, raised and lowered ones as plain ones."""
    return re.sub(r"[\W_]+", "", normalize("NFKC", text))


def _plain(markdown: str) -> str:
    """Markdown without pictures, addresses and the numbers of lists."""
    return re.sub(r"!\[.*?\]\(.*?\)|(?<=\])\(.*?\)|^ *\d+\. ", "", markdown, flags=re.MULTILINE)


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))
