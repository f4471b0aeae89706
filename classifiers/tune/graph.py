"""The tuned network as an ONNX file of 8-bit weights, laid out by hand for onnxruntime on one core.

Weights are rounded for each column, activations for each message at run time. One message at a time: no
padding, no mask. Native LayerNormalization and Add are several times faster than the fused pair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from classifiers.labels import LABELS
from classifiers.reading import MOST_TOKENS
from classifiers.tune.network import EPSILON, HEADS, depth

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

_OURS: Final = "com.microsoft"
_STANDARD_VERSION: Final = 17
_FORMAT: Final = 9


class Graph:
    """Nodes and constants in the making; every method returns the name of what it adds."""

    def __init__(self, weights: dict[str, Any]) -> None:
        self.weights = {name: value.float().numpy() for name, value in weights.items()}
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: Any) -> str:
        """A named array."""
        import numpy as np
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def weight(self, name: str) -> str:
        """A weight as it is."""
        return self.constant(name, self.weights[name])

    def node(self, kind: str, inputs: list[str], out: str, domain: str = "", **settings: Any) -> str:
        """An operation."""
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [out], name=out, domain=domain, **settings))
        return out

    def norm(self, states: str, name: str) -> str:
        """Layer normalisation."""
        inputs = [states, self.weight(f"{name}.w"), self.weight(f"{name}.b")]
        return self.node("LayerNormalization", inputs, f"{name}.out", axis=-1, epsilon=EPSILON)

    def linear(self, states: str, name: str) -> str:
        """A matrix product with 8-bit weights."""
        inputs = [states, *self.rounded(name), self.weight(f"{name}.b")]
        return self.node("DynamicQuantizeMatMul", inputs, f"{name}.out", _OURS)

    def rounded(self, name: str) -> list[str]:
        """[weights, scales, zero points] of a matrix, inputs first."""
        import numpy as np

        values, scales = rounded(self.weights[f"{name}.w"].T)
        return [
            self.constant(f"{name}.q", values),
            self.constant(f"{name}.s", scales),
            self.constant(f"{name}.z", np.zeros(scales.shape, dtype=np.int8)),
        ]


def rounded(matrix: Array) -> tuple[Any, Any]:
    """A matrix as whole numbers from -127 to 127 and a scale for each column."""
    import numpy as np

    scales = np.maximum(np.abs(matrix).max(axis=0), 1e-8) / 127
    return np.round(matrix / scales).astype(np.int8), scales.astype(np.float32)


def to_onnx(weights: dict[str, Any]) -> bytes:
    """The whole file: ``tokens`` (1, length) in; ``message`` (1, 5) and ``token`` (1, length, 3) out."""
    from onnx import TensorProto, helper

    graph = Graph(weights)
    states = _first(graph)
    for number in range(depth(weights)):
        states = _layer(graph, states, number)
    _heads(graph, states)
    made = helper.make_graph(
        graph.nodes,
        "encoder_tuned",
        [helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "length"])],
        [
            helper.make_tensor_value_info("message", TensorProto.FLOAT, [1, len(weights["message.b"])]),
            helper.make_tensor_value_info("token", TensorProto.FLOAT, [1, "length", len(LABELS)]),
        ],
        graph.constants,
    )
    versions = [helper.make_opsetid("", _STANDARD_VERSION), helper.make_opsetid(_OURS, 1)]
    model = helper.make_model(made, opset_imports=versions, ir_version=_FORMAT)
    content: bytes = model.SerializeToString()
    return content


def _first(graph: Graph) -> str:
    """The states before the first layer: pieces and places."""
    import numpy as np
    from onnx import TensorProto

    values, scales = rounded(graph.weights["words"].T)
    graph.constant("words", values.T)
    graph.constant("words.s", scales[:, None])
    graph.constant("places", graph.weights["places"][:MOST_TOKENS])
    for name, number in (("zero", 0), ("one", 1), ("two", 2)):
        graph.constant(name, np.array([number], dtype=np.int64))
    graph.node(
        "Cast", [graph.node("Gather", ["words", "tokens"], "words.q")], "words.f", to=TensorProto.FLOAT
    )
    graph.node("Mul", ["words.f", graph.node("Gather", ["words.s", "tokens"], "words.g")], "words.out")
    graph.node("Slice", [graph.node("Shape", ["tokens"], "shape"), "one", "two", "zero"], "length")
    graph.node("Slice", ["places", "zero", "length", "zero"], "places.out")
    return graph.norm(graph.node("Add", ["words.out", "places.out"], "entered"), "first")


def _layer(graph: Graph, states: str, number: int) -> str:
    mixed = graph.linear(_attention(graph, states, number), f"{number}.join")
    states = graph.norm(graph.node("Add", [mixed, states], f"{number}.mixed"), f"{number}.joined")
    wide = graph.node("FastGelu", [graph.linear(states, f"{number}.wide")], f"{number}.bent", _OURS)
    added = graph.node("Add", [graph.linear(wide, f"{number}.narrow"), states], f"{number}.added")
    return graph.norm(added, f"{number}.narrowed")


def _attention(graph: Graph, states: str, number: int) -> str:
    name = f"{number}.attend"
    from onnx import helper

    parts = [f"{number}.{part}" for part in ("states", "scale", "zero")]
    graph.nodes.append(helper.make_node("DynamicQuantizeLinear", [states], parts, name=f"{number}.states"))
    values, scales, zeros = graph.rounded(name)
    inputs = [parts[0], values, graph.weight(f"{name}.b"), parts[1], scales, "", parts[2], zeros]
    return graph.node("QAttention", inputs, f"{name}.out", _OURS, num_heads=HEADS)


def _heads(graph: Graph, states: str) -> None:
    """As network.forward ends, on one message without padding."""
    import numpy as np

    from classifiers.tune.network import SHARPNESS, USUAL_TOKENS

    for name in ("token", "message"):
        graph.constant(f"{name}.t", graph.weights[f"{name}.w"].T)
    token = graph.node("MatMul", [states, "token.t"], "token.raw")
    graph.node("Add", [token, graph.weight("token.b")], "token")
    graph.node("ReduceMean", [states], "mean", axes=[1], keepdims=0)
    graph.node("Gather", [states, graph.constant("head", np.array(0, dtype=np.int64))], "begin", axis=1)
    graph.node("Concat", ["mean", "begin"], "both", axis=-1)
    graph.node(
        "Add",
        [graph.node("MatMul", ["both", "message.t"], "message.raw"), graph.weight("message.b")],
        "plain",
    )
    sharp = graph.constant("sharpness", np.array(SHARPNESS, dtype=np.float32))
    graph.node("ReduceLogSumExp", [graph.node("Mul", ["token", sharp], "sharp")], "sum", axes=[1], keepdims=0)
    usual = graph.constant("usual", np.array(np.log(USUAL_TOKENS), dtype=np.float32))
    graph.node("Div", [graph.node("Sub", ["sum", usual], "less"), sharp], "top")
    steps = graph.weights["message.b"].shape[0] - len(LABELS)
    graph.node("Mul", ["top", graph.weight("mix")], "spoken")
    graph.node(
        "Concat", ["spoken", graph.constant("silent", np.zeros((1, steps), np.float32))], "all", axis=-1
    )
    graph.node("Add", ["plain", "all"], "message")
