"""What the recorders of schedulers' configurations share: drawing cases until enough were kept, and their file."""
import json

import diffusers
import torch


def collect(kinds, each, tries, record):
    """Up to `each` cases of every kind, in `tries` attempts; record(kind, number of cases so far) is None for one that says nothing."""
    cases = []
    for kind in kinds:
        kept = tried = 0
        while kept < each and tried < tries:
            tried += 1
            try:
                recorded = record(kind, len(cases))
            except Exception:  # diffusers refuses the combination, or fails over it
                continue
            if recorded:
                cases.append(recorded)
                kept += 1
    return cases


def write(path, cases):
    with open(path, "w") as f:
        f.write('{"recordedWith": "diffusers %s, torch %s", "cases": [\n' % (diffusers.__version__, torch.__version__))
        f.write(",\n".join(json.dumps(one) for one in cases) + "\n]}\n")
    print(len(cases), "recorded")
