"""Cosines of the readings of one message to all known questions, with the questions in whole numbers.

With every message all vectors of the questions come from memory; that took longer than anything else
of a turn. Here a component of a vector is two digits of eight bits: half of what single precision
takes, and whole numbers are what processors multiply fastest. A cosine is off by a few millionths.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnxruntime

# Two digits of base 256 for what is known, three of base 128 for what is asked: so two products of
# digits fit into 16 bits, and processors without instructions for this add up the same sums.
HIGHEST_KNOWN, HIGHEST_ASKED = 127 * 256, 1_000_000
BLOCK_ROWS = 1024  # at once, while they are made
_ASKED_PLACES = np.array([1, 128, 128 * 128], dtype=np.float32)
_ZERO = 64  # what stands for 0 in a digit of what is asked, which has no sign
_UINT8, _INT8, _INT32 = 2, 3, 6  # as ONNX numbers them
# A protobuf message as it is written, in pieces: one of them is megabytes long.
Message = list[bytes | memoryview]
Fields = Sequence[tuple[int, int | bytes | memoryview | Message]]  # by number


class KnownCosines:
    """Made once from unit vectors (n, d); the cosines come in the given order of their rows."""

    def __init__(self, vectors: np.ndarray, order: np.ndarray) -> None:
        self._count = len(order)
        unit = float(max(vectors.max(), -vectors.min())) / HIGHEST_KNOWN or 1.0
        self._unit = np.float32(unit / HIGHEST_ASKED)
        digits = np.empty((vectors.shape[1], 2 * self._count), dtype=np.int8)
        for start in range(0, self._count, BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            whole = np.rint(vectors[order[rows]].T / np.float32(unit)).astype(np.int16)
            high = (whole + 128) >> 8
            digits[:, : self._count][:, rows] = high
            digits[:, self._count :][:, rows] = whole - (high << 8)
        self._session = _product_with(digits)

    def of(self, vectors: np.ndarray) -> np.ndarray:
        """Cosines (k, n) of unit vectors (k, d)."""
        (sums,) = self._session.run(["sums"], {"asked": _asked_digits(vectors)})
        sums = _ASKED_PLACES @ sums.reshape(3, -1).astype(np.float32)
        high, low = np.split(sums.reshape(len(vectors), -1), [self._count], axis=1)
        high *= np.float32(256)
        high += low
        high *= self._unit
        return high


def _asked_digits(vectors: np.ndarray) -> np.ndarray:
    """The digits of numbers up to 1, the lowest first: (3 * k, d)."""
    left = np.rint(vectors * np.float32(HIGHEST_ASKED)).astype(np.int32)
    digits = []
    for _ in _ASKED_PLACES:
        digit = ((left + _ZERO) & 127) - _ZERO
        digits.append(digit + _ZERO)
        left = (left - digit) >> 7
    return np.concatenate(digits).astype(np.uint8)


def _product_with(known: np.ndarray) -> onnxruntime.InferenceSession:
    """A session that multiplies rows of digits with the fixed matrix `known` (d, m)."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(_graph(known), options, providers=["CPUExecutionProvider"])


def _graph(known: np.ndarray) -> bytes:
    """An ONNX file of one node; written here because a bot does without the library that writes them."""
    depth, width = known.shape
    node = [(1, b"asked"), (1, b"known"), (1, b"zero"), (2, b"sums"), (4, b"MatMulInteger")]
    graph: Fields = [
        (1, _message(node)),
        (2, b"sums"),
        (5, _tensor(b"known", _INT8, known)),
        (5, _tensor(b"zero", _UINT8, np.array(_ZERO, dtype=np.uint8))),
        (11, _value(b"asked", _UINT8, depth)),
        (12, _value(b"sums", _INT32, width)),
    ]
    model: Fields = [(1, 8), (7, _message(graph)), (8, _message([(1, b""), (2, 13)]))]
    return b"".join(_message(model))


def _tensor(name: bytes, kind: int, values: np.ndarray) -> Message:
    shape: Fields = [(1, size) for size in values.shape]
    return _message([*shape, (2, kind), (8, name), (9, values.reshape(-1).view(np.uint8).data)])


def _value(name: bytes, kind: int, width: int) -> Message:
    shape = _message([(1, _message([(2, b"rows")])), (1, _message([(1, width)]))])
    return _message([(1, name), (2, _message([(1, _message([(1, kind), (2, shape)]))]))])


def _message(fields: Fields) -> Message:
    return [piece for number, value in fields for piece in _field(number, value)]


def _field(number: int, value: int | bytes | memoryview | Message) -> Message:
    if isinstance(value, int):
        return [_varint(number << 3) + _varint(value)]
    pieces = value if isinstance(value, list) else [value]
    return [_varint(number << 3 | 2) + _varint(sum(map(len, pieces))), *pieces]


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes([*written, value])
