"""Versions of the system's libraries that set text; they are not pinned by packages."""

import ctypes
import ctypes.util
from collections.abc import Mapping


def libraries() -> Mapping[str, str]:
    """Pango, HarfBuzz and fontconfig; `none` where one cannot be loaded."""
    return {
        "Pango": _text("pango-1.0", "pango_version_string"),
        "HarfBuzz": _text("harfbuzz", "hb_version_string"),
        "fontconfig": _number("fontconfig", "FcGetVersion"),
    }


FILES = {"pango-1.0": "libpango-1.0.so.0", "harfbuzz": "libharfbuzz.so.0", "fontconfig": "libfontconfig.so.1"}


def _text(name: str, function: str) -> str:
    library = loaded(name)
    if library is None:
        return "none"
    asked = library[function]
    asked.restype = ctypes.c_char_p
    said: bytes = asked()
    return said.decode()


def _number(name: str, function: str) -> str:
    library = loaded(name)
    return str(library[function]()) if library else "none"


def loaded(name: str) -> ctypes.CDLL | None:
    """A library by its name in FILES; None where the system lacks it."""
    for candidate in (FILES[name], ctypes.util.find_library(name)):
        try:
            if candidate:
                return ctypes.CDLL(candidate)
        except OSError:
            continue
    return None
