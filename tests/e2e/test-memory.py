#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each process needs for one image more, from the PACS to a verified medium: a list of the images that
is held once too often costs some 500 bytes for each of them."""
import os
import pathlib
import sys

import courier

sys.path.append(str(pathlib.Path(__file__).parent.parent / "bench"))
import peaks  # pylint: disable=wrong-import-position

FEW, SOME = 2000, 8000  # below, what every process needs hides the rest
BYTES_MAX = 2200  # for one image; the most is 1,820
WORKER_BYTES_MAX = 2900  # libisofs needs 1,830


def test_memory_for_an_image_is_bounded_in_every_process(scene):
    program = pathlib.Path(courier.program("COURIERCTL"))
    if b"__asan_init" in program.read_bytes():
        raise courier.Skip("AddressSanitizer surrounds and keeps what is freed")
    os.environ.update(IC_COURIERCTL=str(program), IC_RUDE_PACS=courier.program("RUDE_PACS"))
    found = []
    for n_images in (FEW, SOME):
        top = scene.folder / str(n_images)
        top.mkdir()
        found.append(peaks.measure(str(top), n_images))
    few, some = found
    assert set(some) >= {f"{act}, courierctl" for act in ("retrieve", "export to folder",
                                                          "export to iso", "verify")}, some
    for name, peak_kib in sorted(some.items()):
        bytes_each = (peak_kib - few.get(name, peak_kib)) * 1024 / (SOME - FEW)
        print(f"# {name}: {bytes_each:.0f} bytes for each image")
        limit = BYTES_MAX if name.endswith("courierctl") else WORKER_BYTES_MAX
        assert bytes_each <= limit, (name, bytes_each)


courier.main(globals())
