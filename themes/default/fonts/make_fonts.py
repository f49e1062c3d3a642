"""Make the theme's fonts: one static TrueType file a style, subset, renamed "Book …".

Run by hand when a face or its coverage changes; the results are committed.

    apt-get download fonts-sil-charis fonts-jetbrains-mono fonts-noto-color-emoji fonts-dejavu-core
    npm install @fontsource/source-sans-3
    python make_fonts.py FOLDER_WITH_THE_UNPACKED_PACKAGES

The faces keep their open licences (the texts stand beside the files). They are renamed because
the SIL Open Font License reserves the original names for unmodified fonts, and because a family
of our own cannot be confused with one installed on a reader's machine.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("SOURCE_DATE_EPOCH", "1700000000")

from fontTools import merge, subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x1E9E, 0x2BC, 0x2C6, 0x2C7, 0x2DA, 0x2DC]
GREEK = [*range(0x391, 0x3AA), *range(0x3B1, 0x3CA)]
# A fallback face must hold the spaces too: Pango sets the space behind a symbol in the symbol's face.
SPACES = [0x20, 0xA0]
PUNCTUATION = [*range(0x2000, 0x2070), 0x2070, *range(0x2074, 0x208F), *range(0x20A0, 0x20C0)]
SYMBOLS = [
    *range(0x2100, 0x2150),
    *range(0x2150, 0x2190),
    *range(0x2190, 0x2200),
    *range(0x2200, 0x2300),
    *range(0x2300, 0x2400),
    *range(0x2500, 0x2600),
    *range(0x2600, 0x27C0),
    *range(0x2B00, 0x2B60),
]
MATH = [*range(0x2190, 0x21A0), 0x21D0, 0x21D2, 0x21D4, *range(0x2200, 0x2300)]
EMOJI = (
    "✅❌⚠❗❓❔❕➕➖✔✖⭐🌟✨⚡🔥💡📌📍📎🔗🔒🔓🔑🔐🔍🔎📈📉📊📋📝📄📁📂📚📖📘📗📕📙🎓🎯🎉🏆🏁🚀🛠🔧🔨⚙🧰🧪🧩🧠🤔👀👉👈👆👇👍👎"
    "👋🙏💪🙂😀😄😅😉😎😢😱💬💭🗣📢🔔⏰⏱⏳⌛📅🌍🌐🌎☁💻🖥📱🖨💾💿🗄📦📬📧✉📡🛡🚨🚦🚧🛑⛔🚫♻🔄🔁🔀▶⏸⏹⏩⬆⬇➡⬅↩"
    "🟢🔴🟡🔵⚪⚫🟠🟣❤💚💙🐛🐢🐇🐘🐳🎫🎟💰💳🧾🏦🏗🏠🏢👤👥🤖🧱🪣🗑✏🖊🔖🏷📜🎬"
)
# Kept OpenType features. Ligatures of the code face are left out: `!=` must read as it is typed.
TEXT_FEATURES = ["ccmp", "locl", "kern", "mark", "mkmk", "liga", "smcp", "c2sc", "frac", "pnum", "tnum"]
CODE_FEATURES = ["ccmp", "locl", "mark", "mkmk"]
# Families that EPUB books and decks carry, compressed (WOFF2).
WEB = ("Book Serif", "Book Sans", "Book Mono")
# The few symbols that a web page or a deck may need beside them: arrows, mathematics, exponents.
WEB_SYMBOLS = [
    *SPACES,
    0x2070,
    *range(0x2074, 0x208F),
    *MATH,
    0x25A0,
    0x25A1,
    0x25CF,
    0x2610,
    0x2611,
    0x2713,
    0x2717,
]


def rename(font: TTFont, family: str, style: str) -> None:
    """Replace the naming table's family, style, full and PostScript names (OpenType `name`, ids 1–6)."""
    names = {1: family, 2: style, 4: f"{family} {style}", 6: f"{family}-{style}".replace(" ", "-")}
    kept = [r for r in font["name"].names if r.nameID in (0, 5, 13, 14) and r.platformID == 3]
    font["name"].names = kept
    for name_id, text in names.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)


def make(source: TTFont, family: str, style: str, unicodes: list[int], features: list[str]) -> None:
    options = subset.Options(
        hinting=False,
        layout_features=features,
        name_IDs=["*"],
        notdef_outline=True,
        recalc_timestamp=False,
        glyph_names=False,
        drop_tables=["DSIG", "Feat", "Glat", "Gloc", "Silf", "Sill", "FFTM"],
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(source)
    rename(source, family, style)
    target = HERE / f"{family.replace(' ', '')}-{style.replace(' ', '')}.ttf"
    source.save(target)
    print(target.name, target.stat().st_size)
    if family in WEB:
        source.flavor = "woff2"
        (HERE / "web").mkdir(exist_ok=True)
        source.save(HERE / "web" / target.with_suffix(".woff2").name)


def merged(paths: list[Path]) -> TTFont:
    """One font of several files that split a face by range of characters; flavor removed."""
    plain = []
    for number, path in enumerate(paths):
        font = TTFont(path, recalcTimestamp=False)
        font.flavor = None
        for tag in ("GSUB", "GPOS", "GDEF") if number else ():
            if tag in font:
                del font[tag]
        at = HERE / f".part{number}.ttf"
        font.save(at)
        plain.append(at)
    font = merge.Merger().merge([str(path) for path in plain])
    for path in plain:
        path.unlink()
    return font


DECK = (
    "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)]))
    + "\u03a3\u03a9\u0394\u03b1\u03b2\u03b3\u03b4\u03b5\u03b8\u03bb\u03bc\u03c0\u03c1\u03c3\u03c4\u03c6\u03c9"
    + "\u2010\u2011\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u202f\u2070\u2074\u2075\u2076\u2077\u2078\u2079\u207f"
    + "\u2190\u2191\u2192\u2193\u2194\u21d2\u2208\u2211\u2212\u221a\u221e\u2248\u2260\u2264\u2265\u226a\u226b\u2308\u2309\u230a\u230b\u2713\u2717"
)
"""The letters of nearly all decks."""


def slides() -> None:
    """The faces of decks, out of those for the web: with the letters of DECK alone they are half as large.
    What the faces of text and code lack is in that of symbols. `letters.txt` says which these have, and which all for the web."""
    folder = HERE / "slides"
    folder.mkdir(exist_ok=True)
    left, held = set(DECK), set[str]()
    for name in ("BookSans-Regular", "BookSans-Bold", "BookMono-Regular", "BookSymbols-Regular"):
        font = TTFont(HERE / "web" / f"{name}.woff2", recalcTimestamp=False)
        known = {chr(code) for code in font.getBestCmap()}
        held |= known
        wanted = left & known if name == "BookSymbols-Regular" else set(DECK) & known
        left -= set() if name == "BookSans-Bold" else wanted
        subsetter = subset.Subsetter(
            subset.Options(layout_features=["kern"], name_IDs=[], notdef_outline=True)
        )
        subsetter.populate(text="".join(sorted(wanted)))
        subsetter.subset(font)
        font.save(folder / f"{name}.woff2")
        print(name, (folder / f"{name}.woff2").stat().st_size)
    (HERE / "web" / "letters.txt").write_text("".join(sorted(held)) + "\n", encoding="utf-8")
    (folder / "letters.txt").write_text("".join(sorted(set(DECK) - left)) + "\n", encoding="utf-8")


def references() -> None:
    """The face of page numbers, out of Book Sans: digits and a space of one width, the letters of small
    Roman numbers, and what stands around a number, "(p. 12)", with a narrow space that does not break.
    The linker knows it by its name (`pipeline/engines/pdflink`)."""
    font = TTFont(HERE / "BookSans-Regular.ttf", recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=[], name_IDs=["*"], recalc_timestamp=False)
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=map(ord, " 0123456789ivxlcp.,()\u2009"))
    subsetter.subset(font)
    names = font.getBestCmap()
    advance = {font["hmtx"][names[ord(digit)]][0] for digit in "0123456789"}
    assert len(advance) == 1, "the digits of Book Sans are not tabular"
    font["hmtx"][names[0x2009]] = font["hmtx"][names[0x20]]
    font["hmtx"][names[0x20]] = (advance.pop(), 0)
    for table in font["cmap"].tables:
        table.cmap[0x2007] = table.cmap.pop(0x20)
        table.cmap[0x202F] = table.cmap.pop(0x2009)
    rename(font, "Book References", "Regular")
    font.save(HERE / "BookReferences-Regular.ttf")


def main(root: Path) -> None:
    def find(name: str) -> Path:
        return sorted(root.rglob(name))[0]

    for style, name in {
        "Regular": "Regular",
        "Italic": "Italic",
        "Bold": "Bold",
        "Bold Italic": "BoldItalic",
    }.items():
        font = TTFont(find(f"CharisSIL-{name}.ttf"), recalcTimestamp=False)
        make(font, "Book Serif", style, LATIN + GREEK + PUNCTUATION + MATH, TEXT_FEATURES)
        mono = TTFont(find(f"JetBrainsMono-{name}.ttf"), recalcTimestamp=False)
        make(
            mono,
            "Book Mono",
            style,
            LATIN + GREEK + PUNCTUATION + [*range(0x2500, 0x25A0), *range(0x2190, 0x219A)],
            CODE_FEATURES,
        )
    for style, (weight, slope) in {
        "Regular": (400, "normal"),
        "Italic": (400, "italic"),
        "Bold": (600, "normal"),
        "Bold Italic": (600, "italic"),
    }.items():
        parts = [
            find(f"source-sans-3-{script}-{weight}-{slope}.woff2")
            for script in ("latin", "latin-ext", "greek")
        ]
        font = merged(parts)
        font["OS/2"].usWeightClass = 700 if "Bold" in style else 400
        font["OS/2"].fsSelection = {"Regular": 0x40, "Italic": 0x01, "Bold": 0x20, "Bold Italic": 0x21}[style]
        font["head"].macStyle = {"Regular": 0, "Italic": 2, "Bold": 1, "Bold Italic": 3}[style]
        make(font, "Book Sans", style, LATIN + GREEK + PUNCTUATION, TEXT_FEATURES)
    for style, name in {"Regular": "DejaVuSans.ttf", "Bold": "DejaVuSans-Bold.ttf"}.items():
        font = TTFont(find(name), recalcTimestamp=False)
        make(font, "Book Symbols", style, SPACES + SYMBOLS + PUNCTUATION, CODE_FEATURES)
    small = TTFont(HERE / "BookSymbols-Regular.ttf", recalcTimestamp=False)
    subsetter = subset.Subsetter(subset.Options(hinting=False, recalc_timestamp=False, glyph_names=False))
    subsetter.populate(unicodes=WEB_SYMBOLS)
    subsetter.subset(small)
    small.flavor = "woff2"
    small.save(HERE / "web" / "BookSymbols-Regular.woff2")
    slides()
    references()
    font = TTFont(find("NotoColorEmoji.ttf"), recalcTimestamp=False)
    make(font, "Book Emoji", "Regular", sorted({ord(c) for c in EMOJI} | {0xFE0F, *SPACES}), CODE_FEATURES)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
