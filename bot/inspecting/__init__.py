"""The yearly check of trips (복무규정 §1의2②), between the conversation and the stores.

`scope` (what was asked for) · `gathering` (trips and receipts, each checked, each look written down) · `waiting`
(uploaded sheets, in memory alone) · `rounds` (which months of which departments were looked at)
"""
