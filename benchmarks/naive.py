"""The shortest way from Markdown modules to one PDF: pandoc, then WeasyPrint with six lines of CSS.

    naive.py OUT MODULE ... [--tagged] [--contents]

The modules are joined without their front matter. `--tagged` asks WeasyPrint for PDF/UA-1, `--contents`
puts a table of contents with page numbers in front: what a book needs to be comparable to ours.
"""

import argparse
from pathlib import Path

import pypandoc
import weasyprint
from courses import body

CSS = """
@page { size: A4; margin: 20mm; @bottom-center { content: counter(page) } }
body { font: 10pt/1.4 serif } h1 { break-before: page }
pre { font: 8pt/1.3 monospace; white-space: pre-wrap } table { border-collapse: collapse } td, th { border: 1px solid }
"""
NUMBERS = "nav a::after { content: leader('.') target-counter(attr(href), page) }"


def main() -> None:
    parser = argparse.ArgumentParser(description="Print modules as one plain PDF.")
    parser.add_argument("out", type=Path)
    parser.add_argument("modules", type=Path, nargs="+")
    parser.add_argument("--tagged", action="store_true")
    parser.add_argument("--contents", action="store_true")
    options = parser.parse_args()
    text = "\n\n".join(body(path.read_text(encoding="utf-8")) for path in options.modules)
    wanted = ["--standalone", "--metadata=title:Book", *(["--toc", "--toc-depth=2"] * options.contents)]
    html = pypandoc.convert_text(text, "html5", format="gfm", extra_args=wanted)
    document = weasyprint.HTML(string=html, base_url=str(options.modules[0].parent))
    document.write_pdf(
        options.out,
        stylesheets=[weasyprint.CSS(string=CSS + NUMBERS * options.contents)],
        pdf_variant="pdf/ua-1" if options.tagged else None,
    )


if __name__ == "__main__":
    main()
