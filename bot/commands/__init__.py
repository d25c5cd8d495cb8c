"""The command line, one file a family. Each composes what it needs through `bot.bootstrap`."""


class Refused(Exception):  # noqa: N818 - the command ends with this sentence
    """The command can't be done; the text says why, in Korean."""
