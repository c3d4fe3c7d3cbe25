"""Everybody at once, while things break; afterwards each crowd says what is not as it was told.

A crowd has `threads()`, which work until they are done or `ground.over` is set; `progress()`,
True once its work is done; and `found()`, which gives figures and what is wrong, in words.
"""


class Traffic:
    """Some crowds on one ground."""

    def __init__(self, ground, crowds):
        self._ground, self._crowds = ground, crowds

    def run(self, strike, settle):
        """Let all work while `strike` breaks things.

        All go on until each crowd is done and `settle`, which waits for what follows, returned.
        """
        threads = [thread for crowd in self._crowds for thread in crowd.threads()]
        for thread in threads:
            thread.start()
        strike()
        for crowd in self._crowds:
            waiter = self._ground.thread(self._wait, crowd)
            waiter.start()
            waiter.join()
        settle()
        self._ground.over.set()
        for thread in threads:
            thread.join()

    def _wait(self, crowd):
        self._ground.wait(type(crowd).__name__, crowd.progress)

    def found(self):
        """All crowds' figures, and all that is wrong."""
        figures, wrong = {}, []
        for crowd in self._crowds:
            some, complaints = crowd.found()
            figures |= some
            wrong += complaints
        return figures, wrong
