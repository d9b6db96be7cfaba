"""Portraits with an attribute and the same scene without it, for scripts/editing-table.mjs:
python3 training/portraits/record_edits.py FOLDER COUNT

Writes FOLDER/renders.json ([{attribute, seed}]) and FOLDER/renders.rgb: for each the picture with and the picture without,
128 × 128 × 3 bytes. Seeds from 9,000,000 on, which training never drew from (it used 1,000,000 and 3,000,000 to 3,040,000).
"""
import json
import sys

import numpy as np
import render

ATTRIBUTES = ["glasses", "beard", "crown", "sunglasses", "necklace", "eye patch", "chef hat", "tie", "earrings", "wizard hat"]


def without(scene, attribute):
    worn = [name for name in scene["worn"] if name != attribute]
    return {**scene, "worn": worn, "hat": None if scene["hat"] == attribute else scene["hat"]}


if __name__ == "__main__":
    folder, count = sys.argv[1], int(sys.argv[2])
    seed, found, pixels = 9_000_000, [], []
    while len(found) < count:
        scene = render.sample_scene(np.random.default_rng(seed))
        attribute = ATTRIBUTES[len(found) % len(ATTRIBUTES)]
        if scene["style"] == "clean" and attribute in [*scene["worn"], scene["hat"]]:
            found.append({"attribute": attribute, "seed": seed})
            pixels += [np.asarray(render.render(one), np.uint8) for one in (scene, without(scene, attribute))]
        seed += 1
    np.stack(pixels).tofile(f"{folder}/renders.rgb")
    with open(f"{folder}/renders.json", "w") as f:
        json.dump(found, f)
    print(len(found), "renders, seeds up to", seed)
