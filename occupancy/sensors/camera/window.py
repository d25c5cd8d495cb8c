"""A window on the camera's own PC in which the region is clicked. The picture goes from memory to the screen.

Left button: a corner. Backspace: one back. Enter or right button: done. Escape: given up.
"""

from __future__ import annotations

from occupancy.sensors.camera.errors import RegionError
from occupancy.sensors.camera.light import Picture
from occupancy.sensors.camera.region import Point, Region
from occupancy.sensors.camera.source import smaller


def clicked(picture: Picture, title: str) -> Region | None:
    """The region that was clicked; None when it was given up or is none.

    Raises:
        OSError: there is no screen.
    """
    try:
        import tkinter as tk
    except ImportError as error:
        raise OSError("no window toolkit") from error
    try:
        root = tk.Tk(className="dobi")
    except tk.TclError as error:
        raise OSError("no screen") from error
    shown = smaller(picture, 960)
    height, width = shown.shape[:2]
    root.title(title)
    image = tk.PhotoImage(data=portable(shown), format="PPM")
    canvas = tk.Canvas(root, width=width, height=height, highlightthickness=0)
    canvas.pack()
    canvas.create_image(0, 0, anchor="nw", image=image)
    corners: list[tuple[float, float]] = []
    done: list[bool] = []

    def draw() -> None:
        canvas.delete("edge")
        if len(corners) > 1:
            canvas.create_line(*corners, *corners[:1], fill="yellow", width=2, tags="edge")
        for x, y in corners:
            canvas.create_oval(x - 3, y - 3, x + 3, y + 3, fill="yellow", tags="edge")

    def add(event: tk.Event[tk.Misc]) -> None:
        corners.append((float(event.x), float(event.y)))
        draw()

    def back(_: object) -> None:
        del corners[-1:]
        draw()

    def finish(_: object) -> None:
        done.append(True)
        root.destroy()

    def leave(_: object) -> None:
        root.destroy()

    canvas.bind("<Button-1>", add)
    canvas.bind("<Button-3>", finish)
    root.bind("<Return>", finish)
    root.bind("<BackSpace>", back)
    root.bind("<Escape>", leave)
    root.mainloop()
    return region_of_clicks(corners, width, height) if done else None


def region_of_clicks(corners: list[tuple[float, float]], width: int, height: int) -> Region | None:
    """The region of points in pixels; None where they make none."""
    points = (Point(round(min(1.0, x / width), 3), round(min(1.0, y / height), 3)) for x, y in corners)
    try:
        return Region(tuple(points))
    except RegionError:
        return None


def portable(picture: Picture) -> bytes:
    """The picture as a PPM in memory, which the toolkit reads without a file."""
    head = f"P6 {picture.shape[1]} {picture.shape[0]} 255\n".encode()
    return head + picture[..., ::-1].tobytes()
