#!/usr/bin/python3
"""A real model and a real scoring process for the tests, on Debian's python3-sklearn and the standard library alone (no MLflow, no pandas).

    serve_sklearn.py train FOLDER [--kind classifier|regressor] [--seed N]   trains, and writes the model as MLflow lays one out
    serve_sklearn.py predict FOLDER                                           reads rows (a JSON list of lists) and prints scikit-learn's own predictions
    serve_sklearn.py serve -m FOLDER (-h HOST -p PORT | --socket PATH)        speaks MLflow's scoring protocol

With HALLMARK_SCORING_SECRET in its environment, /invocations answers those only who send it as the header Hallmark-Scoring-Secret.
"""
import argparse
import csv
import hmac
import http.server
import io
import json
import os
import pickle
import re
import signal
import socketserver
import sys
import threading

VERSION = "3.6.0+sklearn-tests"
FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
MAX_BODY = 64 << 20


def train(folder, kind, seed):
    import numpy
    import sklearn
    from sklearn.datasets import load_diabetes, load_iris
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    data = load_iris() if kind == "classifier" else load_diabetes()
    columns = [re.sub(r"[^a-z0-9]+", "_", name.replace("(cm)", "").strip()) for name in data.feature_names]
    order = numpy.random.RandomState(seed).permutation(len(data.data))[: len(data.data) * 2 // 3]
    estimator = LogisticRegression(max_iter=500) if kind == "classifier" else Ridge()
    model = make_pipeline(StandardScaler(), estimator).fit(data.data[order], data.target[order])

    os.makedirs(folder)
    versions = f"scikit-learn=={sklearn.__version__}"
    python = ".".join(map(str, sys.version_info[:3]))
    with open(os.path.join(folder, "model.pkl"), "wb") as file:
        pickle.dump(model, file)
    inputs = json.dumps([{"type": "double", "name": name, "required": True} for name in columns])
    dtype = "int64" if kind == "classifier" else "float64"
    outputs = json.dumps([{"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": [-1]}}])
    write(
        folder,
        "MLmodel",
        f"""flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: {python}
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: pickle
    sklearn_version: {sklearn.__version__}
mlflow_version: {VERSION}
signature:
  inputs: '{inputs}'
  outputs: '{outputs}'
  params: null
""",
    )
    write(folder, "requirements.txt", versions)
    write(folder, "conda.yaml", f"channels:\n- conda-forge\ndependencies:\n- python={python}\n- pip\n- pip:\n  - {versions}\nname: mlflow-env\n")
    write(folder, "python_env.yaml", f"python: {python}\nbuild_dependencies:\n- pip\ndependencies:\n- -r requirements.txt\n")
    example = {"dataframe_split": {"columns": columns, "data": [list(map(float, row)) for row in data.data[:2]]}}
    write(folder, "serving_input_example.json", json.dumps(example, indent=2))


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


class BadInput(Exception):
    """What MLflow answers with status 400."""

    def __init__(self, message, code="BAD_REQUEST"):
        super().__init__(message)
        self.code = code


class Model:
    def __init__(self, folder):
        with open(os.path.join(folder, "model.pkl"), "rb") as file:
            self.model = pickle.load(file)
        with open(os.path.join(folder, "MLmodel"), encoding="utf-8") as file:
            self.columns = [column["name"] for column in json.loads(re.search(r"inputs: '(.*)'", file.read()).group(1))]

    def predict(self, rows):
        """Rows are objects by column name."""
        import numpy

        if not rows:
            return []
        missing = [name for name in self.columns if any(name not in row for row in rows)]
        if missing:
            raise BadInput(f"Failed to predict data '{rows}'. \nError: Model is missing inputs {missing}.", "INVALID_PARAMETER_VALUE")
        for name in self.columns:
            for row in rows:
                if isinstance(row[name], bool) or not isinstance(row[name], (int, float)):
                    raise BadInput(f"Invalid input. Data is not compatible with model signature. Failed to convert column {name} to type 'float64'.")
        return self.model.predict(numpy.array([[float(row[name]) for name in self.columns] for row in rows])).tolist()

    def rows_of(self, form, value):
        try:
            if form == "dataframe_split":
                return [dict(zip(value["columns"], row, strict=True)) for row in value["data"]]
            if form == "inputs" and isinstance(value, dict):
                names = list(value)
                return [dict(zip(names, row)) for row in zip(*(value[name] for name in names), strict=True)]
            if isinstance(value, list) and all(isinstance(row, dict) for row in value):
                return value
            # A bare array has no names; MLflow counts its columns and then misses those of the signature.
            if form in ("inputs", "instances") and isinstance(value, list):
                return [{str(i): item for i, item in enumerate(row)} for row in value]
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(f"Failed to parse input from `{form}`: {error}") from error
        raise BadInput(f"Failed to parse input from `{form}`.")

    def rows_of_csv(self, text):
        def number(cell):
            try:
                return float(cell)
            except (TypeError, ValueError):
                return cell

        return [{name: number(cell) for name, cell in row.items()} for row in csv.DictReader(io.StringIO(text))]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one packet: two would wait for each other (Nagle's algorithm).
    wbufsize = 65536
    model = None
    secret = None

    def do_GET(self):
        if self.path in ("/ping", "/health"):
            self.answer(200, "\n")
        elif self.path == "/version":
            self.answer(200, VERSION)
        elif self.path == "/invocations":
            self.answer(405, {"detail": "Method Not Allowed"})
        else:
            self.answer(404, {"detail": "Not Found"})

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, MAX_BODY))
        kind = self.headers.get("Content-Type")
        kind = kind and kind.split(";")[0].strip()
        if self.path != "/invocations":
            self.answer(404, {"detail": "Not Found"})
        elif self.secret and not hmac.compare_digest(self.headers.get("Hallmark-Scoring-Secret") or "", self.secret):
            self.answer(401, {"error_code": "UNAUTHENTICATED", "message": "The secret is missing or wrong."})
        elif kind is None:
            self.answer(500, "Internal Server Error")
        elif kind not in ("text/csv", "application/json"):
            self.answer(415, f"This predictor only supports the following content types: Types: ['text/csv', 'application/json']. Got '{kind}'.")
        else:
            try:
                rows = self.read(body, kind)
                self.answer(200, {"predictions": self.model.predict(rows)})
            except BadInput as error:
                self.answer(400, {"error_code": error.code, "message": str(error)})
            except Exception as error:  # such as NaN in a cell: as MLflow answers what only the model finds
                message = f"Encountered an unexpected error while evaluating the model. Verify that the input is compatible with the model. Error: {error!r}"
                self.answer(400, {"error_code": "BAD_REQUEST", "message": message})

    def read(self, body, kind):
        if kind == "text/csv":
            return self.model.rows_of_csv(body.decode("utf-8"))
        try:
            request = json.loads(body)
        except ValueError as error:
            raise BadInput(f"Invalid input. Ensure that input is a valid JSON formatted string. Error: '{error!r}'") from error
        forms = [form for form in FORMS if isinstance(request, dict) and form in request]
        if len(forms) != 1:
            raise BadInput(f"The input must be a JSON dictionary with exactly one of the input fields {set(FORMS)}. Received {forms}.")
        return self.model.rows_of(forms[0], request[forms[0]])

    def answer(self, status, value):
        body = (value if isinstance(value, str) else json.dumps(value)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self):
        return "client"

    def log_message(self, *_):
        pass


class TcpServer(http.server.ThreadingHTTPServer):
    request_queue_size = 128


class SocketServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    request_queue_size = 128
    daemon_threads = True


def serve(folder, host, port, socket_path):
    Handler.model = Model(folder)
    Handler.secret = os.environ.get("HALLMARK_SCORING_SECRET")
    server = SocketServer(socket_path, Handler) if socket_path else TcpServer((host, port), Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"serving {len(Handler.model.columns)} columns", file=sys.stderr)
    server.serve_forever()


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train")
    training.add_argument("folder")
    training.add_argument("--kind", choices=("classifier", "regressor"), default="classifier")
    training.add_argument("--seed", type=int, default=7)
    predicting = commands.add_parser("predict")
    predicting.add_argument("folder")
    serving = commands.add_parser("serve", add_help=False)
    serving.add_argument("-m", dest="model", required=True)
    serving.add_argument("-h", dest="host", default="127.0.0.1")
    serving.add_argument("-p", dest="port", type=int, default=0)
    serving.add_argument("--socket")
    args = parser.parse_args()
    if args.command == "train":
        train(args.folder, args.kind, args.seed)
    elif args.command == "predict":
        model = Model(args.folder)
        print(json.dumps(model.predict([dict(zip(model.columns, row)) for row in json.load(sys.stdin)])))
    else:
        serve(args.model, args.host, args.port, args.socket)


if __name__ == "__main__":
    main()
