"""What a preview shows of its own: findings with their lines, pages of books, and the script that follows changes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from pipeline.diagnostics import Diagnostic, Severity
from pipeline.serve.session import State

OWN = Path(__file__).parent
SCRIPT, STYLE = "live.js", "live.css"
PREFIX = "/-/"
"""Where what belongs to the preview itself lives: no file of a release begins so."""
MOST = 20
"""Findings that a panel over a page lists; the list of its own has all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as a page shows it: `line` is the text of its line, `before` how much of that stands before it."""

    code: str
    severity: str
    at: str
    message: str
    help: str
    line: str
    before: str


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(OWN), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def own(name: str) -> bytes:
    """The preview's script or style."""
    return (OWN / name).read_bytes()


def panel(state: State, most: int = MOST) -> str:
    """What there is to say, as HTML that stands over a page: at most so many findings."""
    shown = list(_shown(state.findings[:most]))
    template = _templates().get_template("findings.html")
    return template.render(state=state, findings=shown, more=len(state.findings) - len(shown))


def counts(state: State) -> dict[str, int]:
    """How many findings there are of each severity."""
    return {
        severity.name.lower(): sum(finding.severity == severity for finding in state.findings)
        for severity in Severity
    }


def page(title: str, body: str, tag: str) -> str:
    """A page of the preview's own, with its script."""
    html = _templates().get_template("page.html").render(title=title, body=Markup(body))
    return followed(html, tag)


def findings_page(state: State) -> str:
    """All findings."""
    return page("Findings", panel(state, len(state.findings)), str(state.number))


def books_page(target: str, rows: Sequence[tuple[str, str, str]], tag: str) -> str:
    """The books of one format: address, title and state of each."""
    body = _templates().get_template("books.html").render(target=target.upper(), rows=rows)
    return page(f"{target.upper()} books", body, tag)


_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content="[^"]*)"')


def followed(html: str, tag: str) -> str:
    """A page with the script that reloads it once its tag is another. Where a page says what it may load, it may load
    that one too, and ask the preview's own server."""
    script = f'<script src="{PREFIX}{SCRIPT}" data-tag="{escape(tag)}" defer></script>'
    allowed = _POLICY.sub(_asks_itself, html, count=1)
    before, end, after = allowed.rpartition("</body>")
    return f"{before}{script}\n{end}{after}" if end else allowed + script


def _asks_itself(policy: re.Match[str]) -> str:
    scripts = (
        policy[1]
        if "script-src 'self'" in policy[1]
        else policy[1].replace("script-src ", "script-src 'self' ", 1)
    )
    return f"{scripts}; connect-src 'self'\""


def _shown(findings: Sequence[Diagnostic]) -> Iterator[Shown]:
    lines: dict[str, list[str]] = {}
    for finding in findings:
        span = finding.span
        if span.path not in lines:
            lines[span.path] = _lines(span.path)
        text = lines[span.path][span.line - 1] if span.line <= len(lines[span.path]) else ""
        yield Shown(
            finding.code, finding.severity.name.lower(), str(span), finding.message, finding.help,
            text[:200], text[: span.column - 1][:200],
        )  # fmt: skip


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return []
