"""Records what true portraits look like to the judge, for naturalness in the guidance table:

  python3 record_naturals.py MODEL_FOLDER PAIRS.json OUT [--renders 50]

PAIRS.json is [{"prompt", "attribute"}, …] (scripts/guidance-table/pairs.mjs prints it). For each pair, pictures painted by render.py whose caption says the
prompt and whose scene lacks the attribute. Writes OUT/naturals.npy, float32 [pairs, renders, features], and OUT/naturals.json.
"""
import argparse
import json

import numpy as np
import onnxruntime

import captions
import render


def persona_and_scene(prompt):
    """What a prompt of the table says: (persona, scene or None)."""
    words = prompt.removeprefix("a ").removeprefix("an ")
    who, _, where = words.partition(", ")
    names = {w: p for p in render.PERSONAS for w in captions.PERSONA_WORDS.get(p, [p])}
    places = {w: s for s, words in captions.SCENE_WORDS.items() for w in words + [words[0] + " sky"]}
    return names[who], places[where] if where else None


def lacks(scene, attribute):
    return attribute not in scene["worn"] and attribute not in (scene["hat"], scene["scene"], scene["style"], scene["expression"])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("model")
    ap.add_argument("pairs")
    ap.add_argument("out")
    ap.add_argument("--renders", type=int, default=50)
    args = ap.parse_args()
    judge = onnxruntime.InferenceSession(f"{args.model}/image_classifier/model.onnx", providers=["CPUExecutionProvider"])
    with open(args.pairs) as f:
        pairs = json.load(f)
    features = []
    for n, pair in enumerate(pairs):
        persona, place = persona_and_scene(pair["prompt"])
        rng, pixels = np.random.default_rng(7_000_000 + n), []
        while len(pixels) < args.renders:
            scene = render.sample_scene(rng)
            if scene["persona"] != persona or scene["style"] != "clean" or not lacks(scene, pair["attribute"]) or place not in (None, scene["scene"]):
                continue
            pixels.append(np.asarray(render.render(scene), np.float32).transpose(2, 0, 1) / 127.5 - 1)
        features.append(judge.run(["features"], {"pixels": np.stack(pixels)})[0])
        print(pair["prompt"], "without", pair["attribute"], flush=True)
    np.save(f"{args.out}/naturals.npy", np.stack(features).astype(np.float32))
    with open(f"{args.out}/naturals.json", "w") as f:
        json.dump({"meaning": "features of the image classifier [pairs, renders, features] of render.py's portraits that the prompt describes, without the attribute",
                   "pairs": [{"prompt": p["prompt"], "attribute": p["attribute"]} for p in pairs]}, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main()
