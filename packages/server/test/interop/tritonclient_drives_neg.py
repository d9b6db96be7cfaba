"""Drives a neg server with NVIDIA's client: tritonclient_drives_neg.py HOST:PORT TOKEN; prints what it saw as JSON."""

import hashlib
import json
import sys

import numpy as np
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException

address, token = sys.argv[1:3]
headers = {"Authorization": f"Bearer {token}"}


def given(name, values, datatype, binary=True):
    tensor = InferInput(name, values.shape, datatype)
    tensor.set_data_from_numpy(values, binary_data=binary)
    return tensor


def refused(call):
    try:
        call()
    except InferenceServerException as error:
        return error.message()
    return ""


# The script does nothing at import: `spawn` children read it again.
if __name__ == "__main__":
    with InferenceServerClient(address) as client:
        metadata = client.get_model_metadata("unet", headers=headers)
        noise = np.random.default_rng(7).standard_normal((1, 8, 16, 16)).astype(np.float32)
        sample = np.repeat(noise, 2, axis=0)
        timestep = np.full((2,), 500, np.float32)
        text = np.random.default_rng(8).standard_normal((1, 77, 128)).astype(np.float32)
        rows = np.repeat(text, 2, axis=0)
        digest = "sha256:" + hashlib.sha256(text.tobytes()).hexdigest()
        digests = np.array([digest.encode()] * 2, dtype=object)

        def infer(inputs, binary=True, model="unet"):
            outputs = [InferRequestedOutput("out_sample", binary_data=binary)]
            # A copy: the client writes the length of this request's JSON into it.
            return client.infer(model, inputs, outputs=outputs, headers=dict(headers)).as_numpy("out_sample")

        def unet(binary):
            return [
                given("sample", sample, "FP32", binary),
                given("timestep", timestep, "FP32", binary),
                given("encoder_hidden_states", rows, "FP32", binary),
            ]

        raw = infer(unet(True))
        as_json = infer(unet(False), binary=False)
        infer([*unet(True), given("cond_digest", digests, "BYTES")])
        named = infer(
            [given("sample", noise, "FP32"), given("timestep", timestep, "FP32"), given("cond_digest", digests, "BYTES")]
        )
        wrong = [given("sample", sample[:, :4], "FP32"), *unet(True)[1:]]
        print(
            json.dumps(
                {
                    "live": client.is_server_live(headers=headers),
                    "ready": client.is_model_ready("unet", headers=headers),
                    "server": client.get_server_metadata(headers=headers)["name"],
                    "inputs": [tensor["name"] for tensor in metadata["inputs"]],
                    "shape": list(raw.shape),
                    "binaryIsJson": bool(np.array_equal(raw, as_json)),
                    "rowsAreEqual": bool(np.array_equal(raw[0], raw[1])),
                    "byDigest": bool(np.array_equal(raw, named)),
                    "unknownModel": "no model 'nothing'" in refused(lambda: infer(unet(True), model="nothing")),
                    "wrongShape": "'sample' has shape" in refused(lambda: infer(wrong)),
                }
            )
        )
