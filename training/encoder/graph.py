"""Write BERT with mean pooling as an ONNX graph: token ids in, two unit vectors a text out.

`embedding` is the original model's. `features` is what we tell answers apart by: the last layer is
shaped for whole sentences that mean the same, the one below it still knows which words were said, and
together they rank answers better than either. What all messages have in common is taken out of them
(Ethayarajh 2019, Mu & Viswanath 2018). docs/decisions.md has the figures.

Tensor names and the formulas are those of the original model (Devlin et al., 2018); nothing is
traced, so no framework that could trace is needed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
IR_VERSION = 9  # the one of opset 20; a newer one is refused by older runtimes
LAYERS = 6
HEADS = 12
LAYER_NORM_EPSILON = 1e-12
BELOW_LAST, BELOW_LAST_WEIGHT = LAYERS - 2, 2.0  # the layer that is mixed in, against 1 for the last
CENTRED = 0.7  # of what all messages have in common, so much is taken out
HIDDEN_MASK = -10_000.0  # added to the attention score of a padding token


class Graph:
    """Nodes and constants being collected; every method returns the name of what it made."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def node(self, operation: str, *inputs: str, name: str, **attributes: object) -> str:
        """Add one operation with one output."""
        self.nodes.append(helper.make_node(operation, inputs, [name], name=name, **attributes))
        return name

    def constant(self, name: str, value: np.ndarray) -> str:
        """Add a constant once."""
        if name not in self.constants:
            tensor = numpy_helper.from_array(np.ascontiguousarray(value), name)
            self.constants[name] = tensor
        return name

    def weight(self, name: str) -> str:
        """Add a weight under its original name."""
        return self.constant(name, self.weights[name])

    def numbers(self, name: str, *values: int) -> str:
        """Add a list of whole numbers (a shape or axes)."""
        return self.constant(name, np.array(values, dtype=np.int64))

    def scalar(self, name: str, value: float) -> str:
        """Add one number."""
        return self.constant(name, np.array(value, dtype=np.float32))


def linear(graph: Graph, x: str, layer: str, *, name: str) -> str:
    """x W^T + b; PyTorch keeps W as (out, in), MatMul wants (in, out)."""
    weight = graph.constant(f"{layer}.weight.T", graph.weights[f"{layer}.weight"].T)
    product = graph.node("MatMul", x, weight, name=f"{name}/matmul")
    return graph.node("Add", product, graph.weight(f"{layer}.bias"), name=name)


def layer_norm(graph: Graph, x: str, layer: str, *, name: str) -> str:
    """Normalise the last axis, then scale and shift it."""
    scale, shift = graph.weight(f"{layer}.weight"), graph.weight(f"{layer}.bias")
    return graph.node("LayerNormalization", x, scale, shift, name=name, axis=-1, epsilon=LAYER_NORM_EPSILON)


def embeddings(graph: Graph) -> str:
    """Sum of word, position and token-type embeddings, normalised.

    Every text is of token type 0, so that row is added to the positions beforehand.
    """
    weights = graph.weights
    positions = (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    words = graph.node("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids", name="words")
    shape = graph.node("Shape", "input_ids", name="shape")
    length = graph.node("Gather", shape, graph.numbers("axis_1", 1), name="length")
    places = graph.node(
        "Slice",
        graph.constant("positions", positions),
        graph.numbers("axis_0", 0),
        length,
        name="places",
    )
    total = graph.node("Add", words, places, name="embedded")
    return layer_norm(graph, total, "embeddings.LayerNorm", name="embeddings")


def mask_scores(graph: Graph) -> str:
    """What to add to attention scores: 0 for a token, HIDDEN_MASK for padding; (batch, 1, 1, n)."""
    mask = graph.node("Cast", "attention_mask", name="mask", to=TensorProto.FLOAT)
    wide = graph.node("Unsqueeze", mask, graph.numbers("axes_1_2", 1, 2), name="mask/wide")
    padding = graph.node("Sub", graph.scalar("one", 1.0), wide, name="mask/padding")
    return graph.node("Mul", padding, graph.scalar("hidden", HIDDEN_MASK), name="mask/scores")


def heads(graph: Graph, x: str, *, name: str, order: list[int]) -> str:
    """Split the last axis into heads and order the axes (batch, n, head, size) as asked."""
    shape = graph.numbers("head_shape", 0, 0, HEADS, -1)
    split = graph.node("Reshape", x, shape, name=f"{name}/split")
    return graph.node("Transpose", split, name=f"{name}/heads", perm=order)


def attention(graph: Graph, x: str, mask: str, layer: str) -> str:
    """Multi-head self-attention with its output projection."""
    part = {
        kind: linear(graph, x, f"{layer}.self.{kind}", name=f"{layer}/{kind}")
        for kind in ("query", "key", "value")
    }
    query = heads(graph, part["query"], name=f"{layer}/query", order=[0, 2, 1, 3])
    key = heads(graph, part["key"], name=f"{layer}/key", order=[0, 2, 3, 1])
    value = heads(graph, part["value"], name=f"{layer}/value", order=[0, 2, 1, 3])
    head_size = graph.weights[f"{layer}.self.query.bias"].size // HEADS
    scores = graph.node("MatMul", query, key, name=f"{layer}/products")
    scale = graph.scalar("scale", head_size**-0.5)
    scores = graph.node("Mul", scores, scale, name=f"{layer}/scaled")
    scores = graph.node("Add", scores, mask, name=f"{layer}/scores")
    chances = graph.node("Softmax", scores, name=f"{layer}/chances", axis=-1)
    context = graph.node("MatMul", chances, value, name=f"{layer}/context")
    context = graph.node("Transpose", context, name=f"{layer}/by_token", perm=[0, 2, 1, 3])
    joined_shape = graph.numbers("joined_shape", 0, 0, -1)
    context = graph.node("Reshape", context, joined_shape, name=f"{layer}/joined")
    return linear(graph, context, f"{layer}.output.dense", name=f"{layer}/projected")


def feed_forward(graph: Graph, x: str, layer: str) -> str:
    """Widen, apply the exact GELU, narrow again."""
    wide = linear(graph, x, f"{layer}.intermediate.dense", name=f"{layer}/wide")
    active = graph.node("Gelu", wide, name=f"{layer}/active")
    return linear(graph, active, f"{layer}.output.dense", name=f"{layer}/narrow")


def encoder_layer(graph: Graph, x: str, mask: str, layer: str) -> str:
    """One BERT layer: attention and feed-forward, each added to its input and normalised."""
    attended = attention(graph, x, mask, f"{layer}.attention")
    total = graph.node("Add", attended, x, name=f"{layer}/attended")
    middle = layer_norm(graph, total, f"{layer}.attention.output.LayerNorm", name=f"{layer}/middle")
    total = graph.node("Add", feed_forward(graph, middle, layer), middle, name=f"{layer}/fed")
    return layer_norm(graph, total, f"{layer}.output.LayerNorm", name=f"{layer}/out")


def mean_pooling(graph: Graph, x: str, *, name: str) -> str:
    """Mean over the tokens that are not padding."""
    last, middle = graph.numbers("axis_2", 2), graph.numbers("axis_1", 1)
    mask = graph.node("Unsqueeze", "mask", last, name=f"{name}/mask")
    kept = graph.node("Mul", x, mask, name=f"{name}/kept")
    total = graph.node("ReduceSum", kept, middle, name=f"{name}/total", keepdims=0)
    count = graph.node("ReduceSum", mask, middle, name=f"{name}/count", keepdims=0)
    return graph.node("Div", total, count, name=name)


def unit_length(graph: Graph, x: str, *, name: str) -> str:
    """Divide by the L2 norm; a text has at least two tokens, so its norm is never 0."""
    norm = graph.node("ReduceL2", x, graph.numbers("axis_1", 1), name=f"{name}/norm", keepdims=1)
    return graph.node("Div", x, norm, name=name)


def features(graph: Graph, below: str, embedding: str, centre: np.ndarray) -> str:
    """Mix the layer below the last with the embedding, and move the centre of all messages away."""
    pooled = unit_length(graph, mean_pooling(graph, below, name="below"), name="below/unit")
    weighted = graph.node("Mul", pooled, graph.scalar("below/weight", BELOW_LAST_WEIGHT), name="below/mixed")
    mixed = graph.node("Add", weighted, embedding, name="mixed")
    common = graph.constant("common", (CENTRED * centre).astype(np.float32))
    return unit_length(graph, graph.node("Sub", mixed, common, name="centred"), name="features")


def build_graph(weights: Mapping[str, np.ndarray], centre: np.ndarray | None = None) -> onnx.ModelProto:
    """Build the float32 model.

    input_ids and attention_mask, both (batch, tokens) -> embedding and features, both (batch, size).
    `centre` (size,) is the mean of `mixed` over everyday messages; without one nothing is taken out.
    """
    graph = Graph(weights)
    x, mask = embeddings(graph), mask_scores(graph)
    layers = []
    for index in range(LAYERS):
        x = encoder_layer(graph, x, mask, f"encoder.layer.{index}")
        layers.append(x)
    embedding = unit_length(graph, mean_pooling(graph, x, name="pooling"), name="embedding")
    nothing = np.zeros_like(weights["embeddings.LayerNorm.bias"])
    features(graph, layers[BELOW_LAST], embedding, nothing if centre is None else centre)
    size = weights["embeddings.LayerNorm.bias"].size
    tokens = ["batch", "tokens"]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "all-MiniLM-L6-v2",
            [
                helper.make_tensor_value_info("input_ids", TensorProto.INT64, tokens),
                helper.make_tensor_value_info("attention_mask", TensorProto.INT64, tokens),
            ],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", size])
                for name in ("embedding", "features")
            ],
            list(graph.constants.values()),
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="front-desk",
    )
    onnx.checker.check_model(model)
    return model
