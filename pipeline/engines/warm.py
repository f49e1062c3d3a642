"""Imported by the process that workers are forked from, so that none of them imports it all again.

What the machine lacks is said later, by the engine that needs it.
"""

import contextlib
import gc
import io

with contextlib.suppress(ImportError, OSError), contextlib.redirect_stdout(io.StringIO()):
    import pikepdf  # noqa: F401
    import weasyprint  # noqa: F401

gc.freeze()  # what is imported lives as long as the process, and need not be looked through again
