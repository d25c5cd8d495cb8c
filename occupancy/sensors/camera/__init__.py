"""The camera agent: pictures in, a number of people out. The one door to the picture library.

It runs on the camera's own PC as a command of its own, so that process is also the sandbox in which foreign video is
decoded: it holds no key but its sensor's, no data of the house, and what crashes there takes down one camera.
It refuses to write a picture anywhere, to send one, and to remember one longer than it counts with it: the learned
empty room lives in memory only, and is learned anew after a restart.

Pipeline::

    source.py ── a frame every 2 s ──> witness.py (frozen, black, covered, blurred, looped?)
        ├──> light.py, foreground.py: what differs from the empty room (background.py), weighed by depth (depth.py)
        ├──> people.py: the people detector, every 10 s, as a cross-check
        └──> taught.py: both into a count by what hand counts taught  ──> recording.py (files), live.py (cameras)
"""
