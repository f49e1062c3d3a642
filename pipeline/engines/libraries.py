"""Versions of the system's libraries that set text; they are not pinned by packages."""

import ctypes
import ctypes.util
from collections.abc import Mapping


def libraries() -> Mapping[str, str]:
    """Pango, HarfBuzz and fontconfig; `none` where one cannot be loaded."""
    return {
        "Pango": _text("pango-1.0", "libpango-1.0.so.0", "pango_version_string"),
        "HarfBuzz": _text("harfbuzz", "libharfbuzz.so.0", "hb_version_string"),
        "fontconfig": _number("fontconfig", "libfontconfig.so.1", "FcGetVersion"),
    }


def _text(name: str, file: str, function: str) -> str:
    library = _library(name, file)
    if library is None:
        return "none"
    asked = library[function]
    asked.restype = ctypes.c_char_p
    said: bytes = asked()
    return said.decode()


def _number(name: str, file: str, function: str) -> str:
    library = _library(name, file)
    return str(library[function]()) if library else "none"


def _library(name: str, file: str) -> ctypes.CDLL | None:
    for candidate in (file, ctypes.util.find_library(name)):
        try:
            if candidate:
                return ctypes.CDLL(candidate)
        except OSError:
            continue
    return None
