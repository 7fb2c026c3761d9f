"""Writes the small ONNX models that the tests of the runner use: graphs.py FOLDER makes FOLDER/NAME/model.onnx for each function below that is a graph."""

import pathlib
import sys

import onnx
from onnx import TensorProto, helper

FLOAT, DOUBLE, INT64, STRING = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64, TensorProto.STRING
GRAPHS = {}


def graph(make):
    GRAPHS[make.__name__.rstrip("_")] = make
    return make


def value(name, element, shape):
    return helper.make_tensor_value_info(name, element, shape)


def node(kind, inputs, outputs, **attributes):
    return helper.make_node(kind, inputs, outputs, **attributes)


def learned(kind, inputs, outputs, **attributes):
    return helper.make_node(kind, inputs, outputs, domain="ai.onnx.ml", **attributes)


def tensor_at(location, name="w", key="location"):
    """Four floats that lie in another file."""
    tensor = TensorProto(name=name, data_type=FLOAT, dims=[4], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key=key, value=location)
    tensor.external_data.add(key="length", value="16")
    return tensor


def plus(tensor):
    return [node("Add", ["x", "w"], ["y"])], [value("x", FLOAT, [None, 4])], [value("y", FLOAT, [None, 4])], [tensor]


def mapped(name, key, held):
    """An input that is a map."""
    info = onnx.ValueInfoProto(name=name)
    info.type.map_type.key_type = key
    info.type.map_type.value_type.tensor_type.elem_type = held
    return info


def vectorized(key, held, **vocabulary):
    """As converters write scikit-learn's DictVectorizer."""
    return [learned("DictVectorizer", ["features"], ["row"], **vocabulary)], [mapped("features", key, held)], [value("row", held, [None, 3])]


@graph
def types():
    kinds = "FLOAT DOUBLE FLOAT16 BFLOAT16 INT8 INT16 INT32 INT64 UINT8 UINT16 UINT32 UINT64 BOOL STRING".split()
    names = [kind.lower() for kind in kinds]
    return (
        [node("Identity", [name], [name + "_out"]) for name in names],
        [value(name, getattr(TensorProto, kind), [None]) for name, kind in zip(names, kinds)],
        [value(name + "_out", getattr(TensorProto, kind), [None]) for name, kind in zip(names, kinds)],
    )


@graph
def pair():
    return [node("Sub", ["a", "b"], ["difference"])], [value(name, FLOAT, [None, 1]) for name in "ab"], [value("difference", FLOAT, [None, 1])]


@graph
def matrix():
    return [node("Identity", ["x"], ["y"])], [value("x", FLOAT, [None, 3])], [value("y", FLOAT, [None, 3])]


@graph
def whole():
    return [node("Identity", ["x"], ["y"])], [value("x", INT64, [None, 2])], [value("y", INT64, [None, 2])]


@graph
def words():
    encoder = learned("LabelEncoder", ["word"], ["number"], keys_strings=["eins", "zwei", "drei ✓"], values_int64s=[1, 2, 3], default_int64=-1)
    return [encoder], [value("word", STRING, [None, 1])], [value("number", INT64, [None, 1])]


@graph
def named():
    probabilities = onnx.ValueInfoProto(name="probabilities")
    row = probabilities.type.sequence_type.elem_type.map_type
    row.key_type = STRING
    row.value_type.tensor_type.elem_type = FLOAT
    return [learned("ZipMap", ["scores"], ["probabilities"], classlabels_strings=["no", "yes"])], [value("scores", FLOAT, [None, 2])], [probabilities]


@graph
def total():
    return [node("ReduceMean", ["x"], ["mean"], keepdims=0)], [value("x", FLOAT, [None, 4])], [value("mean", FLOAT, [])]


@graph
def rows():
    pieces = onnx.ValueInfoProto(name="pieces")
    pieces.type.sequence_type.elem_type.tensor_type.elem_type = FLOAT
    return [node("SplitToSequence", ["x"], ["pieces"], axis=0)], [value("x", FLOAT, [None, 2])], [pieces]


@graph
def image():
    return [node("Flatten", ["image"], ["flat"])], [value("image", FLOAT, [None, 3, None, 2])], [value("flat", FLOAT, [None, None])]


@graph
def lookup():
    table = helper.make_tensor("table", FLOAT, [3], [10.0, 20.0, 30.0])
    return [node("Gather", ["table", "place"], ["found"])], [value("place", INT64, [None])], [value("found", FLOAT, [None])], [table]


@graph
def logarithm():
    return [node("Log", ["x"], ["y"])], [value("x", FLOAT, [None])], [value("y", FLOAT, [None])]


@graph
def growing():
    one = helper.make_tensor("one", FLOAT, [1], [1.0])
    return [node("Expand", ["one", "length"], ["ones"])], [value("length", INT64, [1])], [value("ones", FLOAT, [None])], [one]


@graph
def swollen():
    """A small input and a small answer, and between them as many floats as the input says."""
    one = helper.make_tensor("one", FLOAT, [1], [1.0])
    nodes = [node("Expand", ["one", "length"], ["ones"]), node("Exp", ["ones"], ["powers"]), node("ReduceMean", ["powers"], ["mean"], keepdims=0)]
    return nodes, [value("length", INT64, [1])], [value("mean", FLOAT, [])], [one]


@graph
def declared():
    """Says itself that its answer is 4 TB."""
    shape = helper.make_tensor("shape", INT64, [2], [1 << 20, 1 << 20])
    return [node("Expand", ["x", "shape"], ["y"])], [value("x", FLOAT, [1, 1])], [value("y", FLOAT, [1 << 20, 1 << 20])], [shape]


@graph
def maybe():
    """Takes what the runner does not hand over: an optional tensor."""
    given = onnx.ValueInfoProto(name="given")
    given.type.optional_type.elem_type.tensor_type.elem_type = FLOAT
    return [node("OptionalHasElement", ["given"], ["is"])], [given], [value("is", TensorProto.BOOL, [])]


@graph
def features():
    return vectorized(STRING, FLOAT, string_vocabulary=["a", "grün ✓", "features"])


@graph
def features_double():
    return vectorized(STRING, DOUBLE, string_vocabulary=["a", "b", "c"])


@graph
def features_counted():
    return vectorized(STRING, INT64, string_vocabulary=["a", "b", "c"])


@graph
def numbered():
    return vectorized(INT64, FLOAT, int64_vocabulary=[3, -1, 9223372036854775807])


@graph
def numbered_words():
    return vectorized(INT64, STRING, int64_vocabulary=[1, 2, 3])


@graph
def shifted():
    """Takes a map and a tensor."""
    nodes, inputs, _ = vectorized(STRING, FLOAT, string_vocabulary=["a", "b", "c"])
    return nodes + [node("Add", ["row", "shift"], ["y"])], inputs + [value("shift", FLOAT, [None, 3])], [value("y", FLOAT, [None, 3])]


@graph
def sparse():
    """Takes what the runner does not hand over: a sparse tensor."""
    given = onnx.ValueInfoProto(name="given")
    given.type.sparse_tensor_type.elem_type = FLOAT
    for length in (2, 2):
        given.type.sparse_tensor_type.shape.dim.add().dim_value = length
    product = helper.make_node("SparseToDenseMatMul", ["given", "x"], ["y"], domain="com.microsoft")
    return [product], [given, value("x", FLOAT, [2, 2])], [value("y", FLOAT, [2, 2])]


@graph
def endless():
    body = helper.make_graph(
        [node("Identity", ["go"], ["on"]), node("Identity", ["held"], ["kept"])], "body",
        [value("round", INT64, []), value("go", TensorProto.BOOL, []), value("held", FLOAT, [None])],
        [value("on", TensorProto.BOOL, []), value("kept", FLOAT, [None])],
    )
    go = helper.make_tensor("always", TensorProto.BOOL, [], [True])
    return [node("Loop", ["", "always", "x"], ["y"], body=body)], [value("x", FLOAT, [None])], [value("y", FLOAT, [None])], [go]


@graph
def listed():
    """Takes what the runner does not hand over: a sequence."""
    pieces = onnx.ValueInfoProto(name="pieces")
    pieces.type.sequence_type.elem_type.tensor_type.elem_type = FLOAT
    return [node("SequenceLength", ["pieces"], ["count"])], [pieces], [value("count", INT64, [])]


@graph
def outside_beside():
    return plus(tensor_at("weights.bin"))


@graph
def outside_above():
    return plus(tensor_at("../weights.bin"))


@graph
def outside_absolute():
    return plus(tensor_at("/etc/hostname"))


@graph
def outside_through():
    return plus(tensor_at("sub/../../weights.bin"))


@graph
def outside_memory():
    """The library's own mark for tensors at an address of the process."""
    return plus(tensor_at("*/_ORT_MEM_ADDR_/*"))


@graph
def outside_constant():
    """In an attribute of a node."""
    constant = node("Constant", [], ["w"], value=tensor_at("../weights.bin"))
    return [constant, node("Add", ["x", "w"], ["y"])], [value("x", FLOAT, [None, 4])], [value("y", FLOAT, [None, 4])]


@graph
def outside_branch():
    """In a graph inside the graph."""
    branches = {}
    for name in ("then_branch", "else_branch"):
        branches[name] = helper.make_graph([node("Add", ["x", "w"], ["z"])], name, [], [value("z", FLOAT, None)], [tensor_at("../weights.bin")])
    choice = helper.make_tensor("choice", TensorProto.BOOL, [], [True])
    return [node("If", ["choice"], ["y"], **branches)], [value("x", FLOAT, [None, 4])], [value("y", FLOAT, [None, 4])], [choice]


def main(folder):
    for name, make in GRAPHS.items():
        nodes, inputs, outputs, *initializers = make()
        made = helper.make_graph(nodes, name, inputs, outputs, *initializers)
        model = helper.make_model(made, producer_name="hallmark-tests", opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 2), helper.make_opsetid("com.microsoft", 1)])
        model.ir_version = 8
        target = pathlib.Path(folder) / name
        target.mkdir(parents=True, exist_ok=True)
        (target / "model.onnx").write_bytes(model.SerializeToString())


main(sys.argv[1])
