#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""PACSs that never answer: the limits are 30 s for an association and 60 s for a request."""
import time

import courier

GRACE = 15


def test_silence_ends_in_time_with_a_sentence(scene):
    desk = scene.desk()
    files = scene.copy_phantoms("PR230001")
    study = next(iter(courier.phantom_list()))["study_uid"]
    limits = {scene.rude(desk, files, "--hang-association", name="DEAF"): 30,
              scene.rude(desk, files, "--hang", name="DUMB"): 60}
    started_at = time.monotonic()
    running = {node: desk.start("retrieve", node, f"--study={study}") for node in limits}
    for node, limit in limits.items():
        answer = desk.finish(running[node], timeout=limit + GRACE)
        took = time.monotonic() - started_at
        if not limit - 1 < took < limit + GRACE:
            raise AssertionError(f"{node} took {took:.1f} s")
        courier.equal(answer.code, 1, answer)
        courier.equal(answer.json["state"], "failed")
        courier.contains(answer.stderr, f"{node} did not answer in time")
        courier.contains(answer.stderr, "try again")
        desk.check_logged(answer)
    desk.check_store()


courier.main(globals())
