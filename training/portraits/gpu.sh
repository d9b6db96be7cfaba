#!/usr/bin/env bash
# Renders pictures and trains the UNet further on a machine with a GPU, within 8 minutes:
#
#   bash gpu.sh WEIGHTS VAE OUT
#
# WEIGHTS is what the training goes on from, VAE the autoencoder; OUT gets weights.pt and the log. On a machine without a GPU it does the
# same, slowly: PICTURES=256 STEPS=2 tries it.
set -euo pipefail
weights=$(realpath "$1") vae=$(realpath "$2") out=$(realpath -m "$3")
cd "$(dirname "$0")"
python3 -c 'import torch, numpy, PIL' 2>/dev/null || pip install --quiet torch numpy pillow
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
cp -r "${TOKENIZER:-../../packages/portraits/model/tokenizer}" "$work/tokenizer"
python3 data.py "$work" "${PICTURES:-60000}"
python3 -u train_unet.py "$work" "$vae" "$work" --steps "${STEPS:-30000}" --within "${MINUTES:-6}" --batch "${BATCH:-64}" --resume "$weights" | tee "$out/train.log"
python3 - "$work/weights.pt" "$out/weights.pt" <<'PYTHON'
import sys
import torch
state = torch.load(sys.argv[1], map_location="cpu")
halves = {k: v.half() if v.is_floating_point() else v for k, v in state["average"].items()}
torch.save({"average": halves, "step": state["step"], "scaling_factor": state["scaling_factor"]}, sys.argv[2])
PYTHON
