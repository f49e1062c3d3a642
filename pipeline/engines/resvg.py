"""Drawings as pixels, by resvg: for readers that show no SVG."""

import resvg_py

from pipeline.cache import memo


@memo
def png(svg: str, width: int) -> bytes:
    """A drawing so many pixels wide. It sees neither fonts nor files: letters must be outlines.

    Raises ValueError where the drawing is no SVG.
    """
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True))


def png_of(svg: str, width: int, fonts: tuple[str, ...]) -> bytes:
    """The same of a drawing with letters, in the faces of these files. Raises ValueError."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width,
            skip_system_fonts=True,
            font_files=list(fonts),
            font_family="Book Sans",
        )
    )
