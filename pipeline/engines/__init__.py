"""The only importers of other programs: pandoc, node, merman, WeasyPrint, pikepdf, EbookLib, git."""
