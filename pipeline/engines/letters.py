"""Faces of a theme with nothing but the letters that a drawing shows, by fontTools."""

import io
import logging

from pipeline.cache import memo
from pipeline.model import Theme


@memo
def lettered(theme: Theme, face: str, letters: str) -> bytes:
    """A face of the theme's web fonts (WOFF2) with these letters. KeyError when the theme lacks it."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    data = dict(theme.files)[f"fonts/web/{face}.woff2"]
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    worker = subset.Subsetter(subset.Options(layout_features=["kern"], name_IDs=[], notdef_outline=True))
    worker.populate(text=letters)
    worker.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
