"""Fonts of many fragments as one set (ISO 32000-1, 9.7 and 9.10).

WeasyPrint keeps the glyph ids of a font file, and calls a font by a hash of its description; so pages
that were written apart name fonts and glyphs alike. A fragment says which glyphs it uses, how wide
they are and what they mean; the linker embeds each font file once, whole but for its layout tables.
"""

import io
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.cache import memo
from pipeline.engines.pdflink.objects import File, array, real, ref

DROPPED = ("GSUB", "GPOS", "GDEF", "DSIG", "fpgm", "prep", "cvt ", "gasp", "meta", "STAT", "kern", "MATH")
"""Tables of OpenType that lay text out; in a PDF it is laid out already."""

_CMAP_HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
_CMAP_FOOT = b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"


@dataclass(frozen=True, slots=True)
class FontUse:
    """A font as a fragment uses it: `name` is that in content streams, `base` its PostScript name,
    `description` the numbers of its descriptor; `glyphs` are (id, width in 1/1000 em, UTF-16 in hex)."""

    name: str
    base: str
    description: tuple[tuple[str, tuple[float, ...]], ...]
    glyphs: tuple[tuple[int, float, str], ...]


class UndeclaredFont(Exception):
    """A font that is not one of the theme's."""


def embedded(file: File, fragments: Iterable[Iterable[FontUse]], folder: Path) -> int:
    """The number of one dictionary of fonts for all pages. Raises UndeclaredFont."""
    together: dict[str, FontUse] = {}
    glyphs: dict[str, dict[int, tuple[float, str]]] = {}
    for fonts in fragments:
        for use in fonts:
            together.setdefault(use.name, use)
            known = glyphs.setdefault(use.name, {})
            for glyph, width, meant in use.glyphs:
                known.setdefault(glyph, (width, meant))
    files: dict[str, int] = {}
    rows = []
    for name, use in sorted(together.items()):
        path = _file(use.base, folder)
        if use.base == REFERENCES:
            glyphs[name] = {**glyphs[name], **reference_glyphs(path)}
        if path.name not in files:
            raw, packed = stripped(path.read_bytes())
            files[path.name] = file.add_stream(packed, b"/Filter /FlateDecode /Length1 %d" % raw)
        rows.append(b"%s %s" % (name.encode(), ref(_font(file, use, glyphs[name], files[path.name]))))
    return file.add(b"<< " + b" ".join(rows) + b" >>")


def _font(file: File, use: FontUse, glyphs: Mapping[int, tuple[float, str]], program: int) -> int:
    base = b"/" + use.base.encode()
    numbers = (
        key.encode() + b" " + (array(map(real, value)) if len(value) > 1 else real(value[0]))
        for key, value in use.description
    )
    descriptor = file.add(
        b"<< /Type /FontDescriptor /FontName %s /FontFile2 %s %s >>"
        % (base, ref(program), b" ".join(numbers))
    )
    widths = array(b"%d [%s]" % (glyph, real(width)) for glyph, (width, _) in sorted(glyphs.items()))
    descendant = file.add(
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont %s /CIDToGIDMap /Identity /W %s /FontDescriptor %s "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
        % (base, widths, ref(descriptor))
    )
    meaning = file.add_stream(_cmap(glyphs), packed=True)
    return file.add(
        b"<< /Type /Font /Subtype /Type0 /BaseFont %s /Encoding /Identity-H /ToUnicode %s /DescendantFonts [%s] >>"
        % (base, ref(meaning), ref(descendant))
    )


def _cmap(glyphs: Mapping[int, tuple[float, str]]) -> bytes:
    """What glyphs mean, in blocks of at most 100 (ISO 32000-1, 9.10.3)."""
    rows = [b"<%04x> <%s>\n" % (glyph, text.encode()) for glyph, (_, text) in sorted(glyphs.items()) if text]
    blocks = (rows[n : n + 100] for n in range(0, len(rows), 100))
    body = b"".join(b"%d beginbfchar\n%sendbfchar\n" % (len(block), b"".join(block)) for block in blocks)
    return _CMAP_HEAD + body + _CMAP_FOOT


def _file(base: str, folder: Path) -> Path:
    """The theme's file of a PostScript name: Book-Serif-Bold is BookSerif-Bold.ttf."""
    wanted = base.replace("-Oblique", "-Italic").replace("-", "").lower()
    for candidate in _files(folder):
        plain = candidate.stem.replace("-", "").lower()
        if plain in (wanted, f"{wanted}regular") or plain.removesuffix("regular") == wanted:
            return candidate
    raise UndeclaredFont(base)


@cache
def _files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.ttf")))


@memo
def stripped(data: bytes) -> tuple[int, bytes]:
    """A font file without layout tables: its length, and it compressed."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    for table in DROPPED:
        if table in font:
            del font[table]
    out = io.BytesIO()
    font.save(out)
    return len(out.getvalue()), zlib.compress(out.getvalue(), 9)


REFERENCES = "Book-References"
"""The font of page numbers: digits, figure space and the letters of small Roman numbers."""


@cache
def reference_map(path: Path) -> dict[str, tuple[int, float]]:
    """Each character of the font of page numbers: its glyph, and its width in 1/1000 em."""
    from fontTools.ttLib import TTFont

    font = TTFont(path)
    scale = 1000 / font["head"].unitsPerEm
    ids = font.getReverseGlyphMap()
    return {
        chr(code): (ids[name], font["hmtx"][name][0] * scale) for code, name in font.getBestCmap().items()
    }


def reference_glyphs(path: Path) -> dict[int, tuple[float, str]]:
    """All glyphs of that font, with their widths and meanings."""
    return {glyph: (width, f"{ord(char):04x}") for char, (glyph, width) in reference_map(path).items()}


def reference_file(folder: Path) -> Path:
    """The font of page numbers."""
    return _file(REFERENCES, folder)
