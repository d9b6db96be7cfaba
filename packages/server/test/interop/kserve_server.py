"""The parts of a diffusers ONNX folder as KServe models: kserve_server.py FOLDER HTTP_PORT GRPC_PORT."""

import os
import sys

import onnxruntime as ort
from kserve import InferOutput, InferResponse, Model, ModelServer

DATATYPES = {"tensor(float)": "FP32", "tensor(float16)": "FP16", "tensor(int64)": "INT64"}


def described(infos):
    return [
        {
            "name": info.name,
            "datatype": DATATYPES[info.type],
            "shape": [size if isinstance(size, int) else -1 for size in info.shape],
        }
        for info in infos
    ]


class Part(Model):
    def __init__(self, folder, name):
        super().__init__(name)
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        path = os.path.join(folder, name, "model.onnx")
        self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.ready = True

    def get_input_types(self):
        return described(self.session.get_inputs())

    def get_output_types(self):
        return described(self.session.get_outputs())

    async def predict(self, payload, headers=None, response_headers=None):
        feeds = {tensor.name: tensor.as_numpy() for tensor in payload.inputs}
        outputs = []
        for info, value in zip(self.session.get_outputs(), self.session.run(None, feeds)):
            output = InferOutput(info.name, list(value.shape), DATATYPES[info.type])
            output.set_data_from_numpy(value, binary_data=True)
            outputs.append(output)
        return InferResponse(
            payload.id,
            self.name,
            outputs,
            use_binary_outputs=payload.use_binary_outputs,
            requested_outputs=payload.request_outputs,
        )


if __name__ == "__main__":
    folder, http_port, grpc_port = sys.argv[1:4]
    parts = [Part(folder, name) for name in ("text_encoder", "unet", "vae_decoder")]
    ModelServer(http_port=int(http_port), grpc_port=int(grpc_port), workers=1).start(parts)
