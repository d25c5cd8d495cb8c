"""The command line, one file a family. A command composes what it needs through `bot.bootstrap` and ends with a code."""


class Refused(Exception):  # noqa: N818 - the command ends with this sentence
    """The command can't be done; the text says why, in Korean."""
