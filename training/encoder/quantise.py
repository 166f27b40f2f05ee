"""Make a float32 ONNX model small and fast: int8 weights."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.quant_utils import add_pre_process_metadata

# MatMul is where the time goes, Gather (the embedding tables) is half of the size.
QUANTISED_OPERATIONS = ["MatMul", "Gather"]


def quantise(model: onnx.ModelProto, path: Path) -> None:
    """Write the int8 form of `model` to `path`.

    `reduce_range` keeps to 7 bits, so that processors without VNNI do not overflow 16-bit sums.
    """
    inferred = onnx.shape_inference.infer_shapes(model)
    add_pre_process_metadata(inferred)  # says that shapes are known; else it warns
    quantize_dynamic(
        inferred,
        path,
        op_types_to_quantize=QUANTISED_OPERATIONS,
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )
