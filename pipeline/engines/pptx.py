"""PowerPoint files (ISO/IEC 29500-1, PresentationML) by pandoc, in the colors and fonts of a theme."""

import io
import os
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache as once
from html import unescape
from pathlib import Path

from pipeline.diagnostics import EnvironmentProblem
from pipeline.engines.archive import archive, packed
from pipeline.engines.pandoc import path

SECONDS = 120
SLIDES, _TEXT = re.compile(r"ppt/slides/slide\d+\.xml"), re.compile(r"<a:t>([^<]*)</a:t>")
THEMES = re.compile(r"ppt/theme/theme\d+\.xml")


def presentation(html: str, colors: Mapping[str, str], font: str, epoch: int) -> bytes:
    """A presentation of an HTML text: each `h2` begins a slide, `div.notes` is what the speaker says, and
    pictures are data URLs. `colors` are those of a theme (20.1.6.2, clrScheme), as `rrggbb`.

    Raises EnvironmentProblem where pandoc fails, or takes too long.
    """
    with tempfile.TemporaryDirectory() as folder:
        reference, out = Path(folder) / "reference.pptx", Path(folder) / "out.pptx"
        reference.write_bytes(_reference(tuple(colors.items()), font))
        command = [path(), "--from=html", "--to=pptx", "--slide-level=2"]
        command += ["--sandbox", f"--reference-doc={reference}", f"--output={out}"]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
        try:
            done = subprocess.run(
                command,
                input=html.encode(),
                capture_output=True,
                timeout=SECONDS,
                check=False,
                env=environment,
            )
        except subprocess.TimeoutExpired as late:
            raise EnvironmentProblem(f"pandoc made no presentation within {SECONDS} s") from late
        if done.returncode or not out.is_file():
            raise EnvironmentProblem(f"pandoc makes no presentation: {done.stderr.decode()[:300]}")
        return _repacked(out.read_bytes(), epoch)


def _repacked(data: bytes, epoch: int) -> bytes:
    """The same archive with one date for all."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        members = [(name, packed(held.read(name))) for name in held.namelist()]
    return archive(members, datetime.fromtimestamp(epoch, UTC))


@once
def _reference(colors: tuple[tuple[str, str], ...], font: str) -> bytes:
    """Pandoc's reference presentation in other colors and fonts."""
    asked = [path(), "--print-default-data-file=reference.pptx"]
    plain = subprocess.run(asked, capture_output=True, timeout=SECONDS, check=True).stdout
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as held, zipfile.ZipFile(out, "w") as made:
        for name in held.namelist():
            text = held.read(name)
            made.writestr(name, _themed(text.decode(), colors, font) if THEMES.fullmatch(name) else text)
    return out.getvalue()


def _themed(xml: str, colors: tuple[tuple[str, str], ...], font: str) -> str:
    for name, color in colors:
        xml = re.sub(
            rf"<a:{name}>.*?</a:{name}>", f'<a:{name}><a:srgbClr val="{color}"/></a:{name}>', xml, count=1
        )
    return re.sub(r'(<a:(?:major|minor)Font><a:latin typeface=")[^"]*', rf"\g<1>{font}", xml)


def slide_texts(data: bytes) -> list[str]:
    """The text of each slide of a presentation."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        slides = [held.read(name).decode() for name in held.namelist() if SLIDES.fullmatch(name)]
    return [unescape(" ".join(_TEXT.findall(slide))) for slide in slides]
