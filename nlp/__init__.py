"""Korean text for public offices: matching by word and meaning, stories, facts, archive and search.

It gets strings and arrays and returns values: it knows no chat, no crawler and no Korean prose of its own.
"""
