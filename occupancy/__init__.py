"""From sensor readings to people, level, minutes and age of a serving line: as it is, and as it will be.

Refuses to: speak Korean prose (bot/wording.py does), read the clock, store a picture, a card number or a
device address, or say an old number as a new one.
"""
