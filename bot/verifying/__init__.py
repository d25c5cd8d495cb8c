"""What an auditor hands over, from files to verdicts: `pieces` → `checking` → `batches`, and `reporting` for the file.

The conversation is `bot.handlers.verification`. It issues nothing and changes no receipt; each look is written down.
"""
