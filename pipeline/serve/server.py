"""Requests: who may ask, for which file, and how a page learns that it has changed.

Only files of the preview, and what the last build has listed, can be asked for; a path is a name to look up,
never a place on the disk. A request whose Host names another than this server is refused: a page elsewhere
could have had its name resolved to this machine (DNS rebinding). Changes are told as server-sent events
(WHATWG HTML, section 9.2).
"""

import ipaddress
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

from pipeline.diagnostics import EnvironmentProblem, InvalidCourse
from pipeline.serve import shown
from pipeline.serve.reading import BOOKS
from pipeline.serve.session import File, Session, State

QUIET = 15.0
"""Seconds after which a page that hears of no change is told that the server is still there."""
HTML = "text/html"


@contextmanager
def listening(session: Session, host: str, port: int) -> Iterator[str]:
    """A server for a session, in threads of its own; gives its address. Port 0 takes any that is free.

    Raises EnvironmentProblem where the address cannot be had.
    """
    try:
        server = _Server((host, port), _Request)
    except OSError as problem:
        said = problem.strerror or str(problem)
        raise EnvironmentProblem(
            f"cannot listen on {host}, port {port} ({said}): name another with --port N"
        ) from problem
    server.session, server.named = session, host
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    """A server that knows what it shows, and by which name it was asked to be called."""

    daemon_threads = True
    block_on_close = False
    session: Session
    named: str

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that has gone is no error."""


def wanted(target: str) -> str | None:
    """The path of the file that a request is for, as a release names it; None where no release names such a one."""
    path = unquote(target.partition("?")[0].partition("#")[0])
    parts = path.removeprefix("/").split("/")
    strange = any(part in (".", "..") or "\\" in part or "\0" in part for part in parts)
    if not path.startswith("/") or strange or "" in parts[:-1]:
        return None
    return "/".join(parts) + ("index.html" if not parts[-1] else "")


def ours(host: str, named: str) -> bool:
    """Whether a Host field (RFC 9110, section 7.2) names this server: by an address, as localhost, or by the name
    that it was given."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        if name in ("localhost", named.lower()):
            return True
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class _Request(BaseHTTPRequestHandler):
    """One connection of a browser."""

    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 60

    def version_string(self) -> str:
        """What the Server field says: nothing of versions."""
        return "course"

    def log_message(self, format: str, *arguments: object) -> None:
        """Requests are not told of."""

    def do_HEAD(self) -> None:
        """As GET, without the body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Send what is asked for."""
        if not ours(self.headers.get("Host", ""), self.server.named):
            self._send(HTTPStatus.FORBIDDEN, "text/plain", b"This server does not go by that name.\n")
            return
        path = wanted(self.path)
        try:
            if path is None:
                self._missing(self.path)
            elif path.startswith("-/"):
                self._own(path.removeprefix("-/"))
            elif path.removesuffix("/index.html") in BOOKS:
                self._books(path.removesuffix("/index.html"))
            else:
                self._file(path)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        except InvalidCourse as invalid:
            self._page(
                shown.panel(State(findings=invalid.findings, broken=True)), HTTPStatus.INTERNAL_SERVER_ERROR
            )
        except Exception as problem:  # said to the reader: the preview goes on
            said = f"{type(problem).__name__}: {problem}"
            self._page(shown.panel(State(failure=said, broken=True)), HTTPStatus.INTERNAL_SERVER_ERROR)

    # --- files ---------------------------------------------------------------------------------

    def _file(self, path: str) -> None:
        session = self.server.session
        if session.state.preview is None:
            self._not_yet(session.state)
            return
        if self._waits_for_book(path):
            return
        found = session.file(path)
        if found is None and not path.endswith("/") and session.file(f"{path}/index.html"):
            self._send(HTTPStatus.MOVED_PERMANENTLY, HTML, b"", Location=f"/{path}/")
        elif found is None:
            self._missing(path)
        elif found.media_type == HTML:
            html = shown.followed(found.data.decode(), found.tag)
            self._whole(File(HTML, html.encode(), found.tag))
        else:
            self._whole(found)

    def _waits_for_book(self, path: str) -> bool:
        """Show a reader who follows a link to a book that it is being built; a program waits for it."""
        session = self.server.session
        preview = session.state.preview
        if preview is None or path not in preview.books or HTML not in self.headers.get("Accept", ""):
            return False
        if session.book(path).done():
            return False
        said = "<h1>The book is being built</h1><p>It comes up by itself. The first takes a while; after that only what has changed is set again.</p>"
        self._page(f'{said}<p class="wait" data-wait="/{path}"></p>', HTTPStatus.ACCEPTED)
        return True

    def _books(self, target: str) -> None:
        session = self.server.session
        preview = session.state.preview
        if preview is None:
            self._not_yet(session.state)
            return
        titles = {edition.id: edition.subtitle or edition.title for edition in preview.course.editions}
        rows = [
            (f"/{path}", titles[edition], session.age(path))
            for path, (kind, edition) in preview.books.items()
            if kind == target
        ]
        self._send(HTTPStatus.OK, HTML, shown.books_page(target, rows, str(session.state.number)).encode())

    def _not_yet(self, state: State) -> None:
        said = (
            shown.panel(state)
            if state.number
            else "<h1>The course is being read</h1><p>It comes up by itself.</p>"
        )
        self._page(said, HTTPStatus.SERVICE_UNAVAILABLE, str(state.number))

    def _missing(self, path: str) -> None:
        said = (
            "<h1>There is no such page</h1><p>The preview has the pages, decks and books of the course. "
            "The manifest and the packages are those of the last <code>course build</code>.</p>"
            '<p><a href="/">To the first page</a></p>'
        )
        self._page(said, HTTPStatus.NOT_FOUND)

    # --- what is the preview's own ---------------------------------------------------------------

    def _own(self, name: str) -> None:
        session = self.server.session
        if name == "events":
            self._events()
        elif name == "state":
            self._state()
        elif name == "findings":
            self._send(HTTPStatus.OK, HTML, shown.findings_page(session.state).encode())
        elif name in (shown.SCRIPT, shown.STYLE):
            kind = "text/javascript" if name == shown.SCRIPT else "text/css"
            self._send(HTTPStatus.OK, kind, shown.own(name))
        else:
            self._missing(name)

    def _events(self) -> None:
        """Tell the number of each reading, from the present one on, as long as somebody listens."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        number = -1
        while self.command == "GET":
            state = self.server.session.after(number, QUIET)
            said = f"data: {state.number}\n\n" if state.number != number else ": still here\n\n"
            number = state.number
            self.wfile.write(said.encode())
            self.wfile.flush()

    def _state(self) -> None:
        """What a page asks when it hears of a change: the tag that it would have now, and what there is to say."""
        session = self.server.session
        page = parse_qs(urlsplit(self.path).query).get("page", ["/"])[0]
        state = session.state
        answer = {
            "number": state.number,
            "tag": self._tag(wanted(page) or "", state),
            "broken": state.broken,
            "counts": shown.counts(state),
            "panel": shown.panel(state) if state.broken or state.findings else "",
        }
        self._send(HTTPStatus.OK, "application/json", json.dumps(answer).encode())

    def _tag(self, path: str, state: State) -> str:
        """The tag that a page would have now; the number of the reading for pages of the preview's own."""
        if state.preview is None or path.startswith("-/") or path.removesuffix("/index.html") in BOOKS:
            return str(state.number)
        found = None if path in state.preview.books else self.server.session.file(path)
        return found.tag if found else ""

    # --- answers ---------------------------------------------------------------------------------

    def _page(self, body: str, status: HTTPStatus, tag: str = "") -> None:
        self._send(status, HTML, shown.page("Preview", body, tag).encode())

    def _whole(self, file: File) -> None:
        if self.headers.get("If-None-Match") == f'"{file.tag}"':
            self._send(HTTPStatus.NOT_MODIFIED, file.media_type, b"", ETag=f'"{file.tag}"')
        else:
            self._send(HTTPStatus.OK, file.media_type, file.data, ETag=f'"{file.tag}"')

    def _send(self, status: HTTPStatus, media_type: str, data: bytes, **fields: str) -> None:
        text = media_type.startswith("text/") or media_type == "application/json"
        self.send_response(status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8" if text else media_type)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
