"""A live preview: the course is read again after each save, and what a browser shows is made when it asks.

watch    what has changed on disk
reading  sources → a `Preview`: the course, its jobs, and what there is to say of it
session  the preview as it is now; its files, made when they are asked for; books in a process of their own
server   requests: who may ask, for what, and what pages are told of changes
shown    the findings, and the pages that the preview adds

Nothing is written to the release that `course build` has left: a preview lives in memory, and what it is
never asked for is never made.
"""

from collections.abc import Callable

from pipeline.model import Settings


def serve(settings: Settings, host: str, port: int, say: Callable[[str], None]) -> None:
    """Show the course on an address until interrupted; `say` gets a line for whatever happens.

    Raises EnvironmentProblem where the address cannot be had.
    """
    from pipeline.serve.server import listening
    from pipeline.serve.session import Session
    from pipeline.serve.watch import changes

    with Session(settings) as session, listening(session, host, port) as address:
        say(f"the preview is at {address} (Ctrl-C ends it)")
        for paths in changes(settings):
            say(session.read(paths))
