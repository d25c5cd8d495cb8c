"""The command line, one file a family. Each command composes what it needs through `bot.bootstrap` and ends with a code."""
