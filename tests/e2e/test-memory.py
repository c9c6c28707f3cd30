#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each process needs for one image more, from the PACS to a verified medium: 128 MB are to do for
200,000 of them. Below 3,000 images the caches of the database still fill."""
import os
import pathlib
import sys

import courier

sys.path.append(str(pathlib.Path(__file__).parent.parent / "bench"))
import peaks  # pylint: disable=wrong-import-position

FEW, SOME = 3000, 6000
BYTES_MAX = 2000  # for one image; 380 to 940, but what the allocators keep differs


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
    assert set(some) >= {f"{act}, courierctl" for act in (
            "retrieve", "export to folder", "export to iso", "export to iso with the viewer",
            "verify")}, some
    for name, peak_kib in sorted(some.items()):
        bytes_each = (peak_kib - few.get(name, peak_kib)) * 1024 / (SOME - FEW)
        print(f"# {name}: {bytes_each:.0f} bytes for each image")
        assert bytes_each <= BYTES_MAX, (name, bytes_each)


courier.main(globals())
