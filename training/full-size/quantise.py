"""Quantises a folder's UNet by ONNX Runtime's own tools: python3 quantise.py FOLDER q8|q4

q8: every MatMul and Gemm weight as uint8 (`quantize_dynamic`), in unet/model_quantized.onnx; q4: weights of MatMul as blocks of 32
4-bit numbers (`MatMulNBitsQuantizer`), in unet/model_q4.onnx. `neg generate --dtype unet=q8` and `unet=q4` open them.
Needs onnx, onnxruntime 1.22 or later, for q4 onnx_ir; about three times the UNet's size in memory.
"""
import sys

import onnx


def main(folder, kind):
    source = f"{folder}/unet/model.onnx"
    if kind == "q8":
        from onnxruntime.quantization import QuantType, quantize_dynamic
        quantize_dynamic(source, f"{folder}/unet/model_quantized.onnx", weight_type=QuantType.QUInt8,
                         op_types_to_quantize=["MatMul", "Gemm"], use_external_data_format=True)
    elif kind == "q4":
        from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
        quantizer = MatMulNBitsQuantizer(onnx.load(source), block_size=32, is_symmetric=True)
        quantizer.process()
        quantizer.model.save_model_to_file(f"{folder}/unet/model_q4.onnx", use_external_data_format=True)
    else:
        sys.exit("q8 or q4?")


if __name__ == "__main__":
    main(*sys.argv[1:])
