"""Reading a menu as people make it: a table with days across or down, or a pasted text, into days and dishes. Pure.

    menu_sheet (door: bytes → grids) ─ table ─┬ across ─┬ days ─ cells ─ words
                                              └ down ───┘    └ dates
    text ─ cells

Refuses to guess: what is not plainly a dish of a day is named as unread.
"""
