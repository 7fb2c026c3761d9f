#!/usr/bin/python3
"""Trains a small classifier with scikit-learn and writes it as an ONNX model in MLflow's layout.

    make_onnx_model.py KIND FOLDER

FOLDER/model/ gets MLmodel and model.onnx; FOLDER/expected.json gets inputs with scikit-learn's own answers. The same KIND gives the same bytes.

    iris     logistic regression: LinearClassifier and ZipMap, as converters write it (two outputs: labels, a map of probabilities for each row)
    forest   random forest: TreeEnsembleClassifier (two outputs: labels, a matrix of probabilities)
    ridge    linear regression on named columns of the same table (one output)
    mlp      a network with two wide layers, at least 10 MB (one output: a matrix of probabilities)
    dict     DictVectorizer and logistic regression: takes a map, in which narrow petals are left out (two outputs, as iris)

Needs Debian's python3-sklearn and python3-onnx.
"""

import json
import pathlib
import sys
import warnings

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier

COLUMNS = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
OPSETS = [helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 2)]


def table():
    iris = load_iris()
    return iris.data.astype(numpy.float32), iris.target.astype(numpy.int64)


def floats(name, shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def weights(name, array):
    return numpy_helper.from_array(numpy.ascontiguousarray(array, dtype=numpy.float32), name)


def model_of(nodes, outputs, initializers=(), inputs=None):
    graph = helper.make_graph(nodes, "hallmark", inputs or [floats("float_input", [None, 4])], outputs, list(initializers))
    model = helper.make_model(graph, producer_name="hallmark-tests", opset_imports=OPSETS)
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def classifier(fitted, source):
    """The nodes and outputs of a logistic regression."""
    nodes = [
        helper.make_node(
            "LinearClassifier", [source], ["label", "scores"], domain="ai.onnx.ml", post_transform="SOFTMAX", multi_class=1,
            coefficients=fitted.coef_.astype(numpy.float32).ravel().tolist(), intercepts=fitted.intercept_.astype(numpy.float32).tolist(),
            classlabels_ints=[0, 1, 2],
        ),
        helper.make_node("ZipMap", ["scores"], ["probabilities"], domain="ai.onnx.ml", classlabels_int64s=[0, 1, 2]),
    ]
    probabilities = onnx.ValueInfoProto(name="probabilities")
    row = probabilities.type.sequence_type.elem_type.map_type
    row.key_type = TensorProto.INT64
    row.value_type.tensor_type.elem_type = TensorProto.FLOAT
    return nodes, [helper.make_tensor_value_info("label", TensorProto.INT64, [None]), probabilities]


def iris():
    x, y = table()
    fitted = LogisticRegression(max_iter=500).fit(x, y)
    return model_of(*classifier(fitted, "float_input")), x.tolist(), {"label": fitted.predict(x).tolist(), "probabilities": fitted.predict_proba(x).tolist()}


def from_dictionaries():
    x, y = table()
    rows = [{name: value for name, value in zip(COLUMNS, row) if name != "petal_width" or value > 0.25} for row in x.tolist()]
    vectorizer = DictVectorizer(sparse=False)
    matrix = vectorizer.fit_transform(rows)
    fitted = LogisticRegression(max_iter=500).fit(matrix, y)
    features = onnx.ValueInfoProto(name="features")
    features.type.map_type.key_type = TensorProto.STRING
    features.type.map_type.value_type.tensor_type.elem_type = TensorProto.FLOAT
    nodes, outputs = classifier(fitted, "row")
    first = helper.make_node("DictVectorizer", ["features"], ["row"], domain="ai.onnx.ml", string_vocabulary=vectorizer.feature_names_)
    answers = {"label": fitted.predict(matrix).tolist(), "probabilities": fitted.predict_proba(matrix).tolist()}
    return model_of([first] + nodes, outputs, inputs=[features]), rows, answers


def rounded_down(threshold):
    """The largest single that is not above: inputs are singles, and must fall on the same side as before."""
    single = numpy.float32(threshold)
    return float(single if single <= threshold else numpy.nextafter(single, numpy.float32(-numpy.inf)))


def forest():
    x, y = table()
    fitted = RandomForestClassifier(n_estimators=5, max_depth=4, random_state=7).fit(x, y)
    nodes = {name: [] for name in ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids")}
    leaves = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
    for tree_id, estimator in enumerate(fitted.estimators_):
        tree = estimator.tree_
        for node in range(tree.node_count):
            is_leaf = tree.children_left[node] < 0
            row = (tree_id, node, 0 if is_leaf else int(tree.feature[node]), 0.0 if is_leaf else rounded_down(tree.threshold[node]),
                   "LEAF" if is_leaf else "BRANCH_LEQ", 0 if is_leaf else int(tree.children_left[node]), 0 if is_leaf else int(tree.children_right[node]))
            for name, value in zip(nodes, row):
                nodes[name].append(value)
            if is_leaf:
                votes = tree.value[node][0] / tree.value[node][0].sum() / len(fitted.estimators_)
                for label, vote in enumerate(votes):
                    for name, value in zip(leaves, (tree_id, node, label, float(vote))):
                        leaves[name].append(value)
    attributes = {f"nodes_{name}": values for name, values in nodes.items()} | {f"class_{name}": values for name, values in leaves.items()}
    node = helper.make_node(
        "TreeEnsembleClassifier", ["float_input"], ["label", "probabilities"], domain="ai.onnx.ml", post_transform="NONE", classlabels_int64s=[0, 1, 2], **attributes
    )
    model = model_of([node], [helper.make_tensor_value_info("label", TensorProto.INT64, [None]), floats("probabilities", [None, 3])])
    return model, x.tolist(), {"label": fitted.predict(x).tolist(), "probabilities": fitted.predict_proba(x).tolist()}


def ridge():
    x, y = table()
    fitted = LinearRegression().fit(x, y)
    node = helper.make_node(
        "LinearRegressor", ["float_input"], ["variable"], domain="ai.onnx.ml", post_transform="NONE", targets=1,
        coefficients=fitted.coef_.astype(numpy.float32).tolist(), intercepts=[float(numpy.float32(fitted.intercept_))],
    )
    return model_of([node], [floats("variable", [None, 1])]), x.tolist(), {"variable": fitted.predict(x).reshape(-1, 1).tolist()}


def mlp():
    x, y = table()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few rounds are enough: what counts is the size
        fitted = MLPClassifier(hidden_layer_sizes=(1650, 1650), max_iter=3, random_state=7).fit(x, y)
    nodes, initializers, last = [], [], "float_input"
    for layer, (matrix, bias) in enumerate(zip(fitted.coefs_, fitted.intercepts_)):
        is_last = layer == len(fitted.coefs_) - 1
        initializers += [weights(f"w{layer}", matrix), weights(f"b{layer}", bias)]
        nodes.append(helper.make_node("Gemm", [last, f"w{layer}", f"b{layer}"], [f"z{layer}"]))
        last = "probabilities" if is_last else f"a{layer}"
        nodes.append(helper.make_node("Softmax", [f"z{layer}"], [last], axis=1) if is_last else helper.make_node("Relu", [f"z{layer}"], [last]))
    return model_of(nodes, [floats("probabilities", [None, 3])], initializers), x.tolist(), {"probabilities": fitted.predict_proba(x).tolist()}


def mlmodel(outputs, optional):
    """The file as MLflow 2 writes it; only the environment files beside it are left out."""
    columns = json.dumps([{"type": "double", "name": name, "required": name not in optional} for name in COLUMNS])
    return f"""artifact_path: model
flavors:
  onnx:
    code: null
    data: model.onnx
    onnx_session_options: null
    onnx_version: {onnx.__version__}
    providers:
    - CUDAExecutionProvider
    - CPUExecutionProvider
  python_function:
    data: model.onnx
    loader_module: mlflow.onnx
    python_version: 3.11.2
mlflow_version: 2.22.1
model_uuid: 0123456789abcdef0123456789abcdef
signature:
  inputs: '{columns}'
  outputs: '{json.dumps(outputs)}'
  params: null
utc_time_created: '2026-11-21 00:00:00.000000'
"""


def main(kind, folder):
    kinds = {"iris": iris, "forest": forest, "ridge": ridge, "mlp": mlp, "dict": from_dictionaries}
    if kind not in kinds:
        sys.exit(f"make_onnx_model: there is no kind {kind}; there are: {', '.join(kinds)}")
    model, x, expected = kinds[kind]()
    target = pathlib.Path(folder)
    (target / "model").mkdir(parents=True, exist_ok=True)
    onnx.save(model, target / "model" / "model.onnx")
    outputs = [{"name": name, "type": "tensor", "tensor-spec": {"dtype": "float32" if name != "label" else "int64", "shape": [-1, len(rows[0])] if isinstance(rows[0], list) else [-1]}}
               for name, rows in expected.items()]
    (target / "model" / "MLmodel").write_text(mlmodel(outputs, ["petal_width"] if kind == "dict" else []))
    (target / "expected.json").write_text(json.dumps({"columns": COLUMNS, "inputs": x, "outputs": expected}))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: make_onnx_model.py KIND FOLDER (see the head of this file)")
    main(sys.argv[1], sys.argv[2])
