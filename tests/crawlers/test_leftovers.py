"""The check that a hostile run leaves nothing behind finds what is left, also an orphan."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.crawlers.leftovers import Leftovers, temporary

ORPHAN = "import subprocess; print(subprocess.Popen(['/bin/sleep', '60'], stdout=subprocess.DEVNULL).pid)"


def test_a_child_an_orphan_and_a_file_are_found(tmp_path: Path) -> None:
    with temporary(tmp_path):
        leftovers = Leftovers(tmp_path)
        assert leftovers.left(0) == []
        child = subprocess.Popen(["/bin/sleep", "60"], start_new_session=True)
        told = subprocess.run([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, check=True)  # its parent is gone
        orphan = int(told.stdout)
        try:
            with tempfile.NamedTemporaryFile(delete=False) as file:
                found = leftovers.left(0)
        finally:
            os.kill(orphan, signal.SIGKILL)
            child.kill()
            child.wait()

        assert {one.partition(" ")[0] for one in found} == {str(child.pid), str(orphan), file.name}
        Path(file.name).unlink()
        assert leftovers.left() == []
