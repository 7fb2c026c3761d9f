#!/usr/bin/python3
"""Asks a scoring server as its clients do, with Debian's python3-requests: every form of MLflow's protocol and the Open Inference Protocol.

    ask.py ADDRESS NAME
"""

import re
import sys
import time

import requests

COLUMNS = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
ROWS = [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]


def columns():
    return {name: [row[i] for row in ROWS] for i, name in enumerate(COLUMNS)}


def records():
    return [dict(zip(COLUMNS, row)) for row in ROWS]


def tensor(field):
    """The rows, or one column of them, in the shape that the model says."""
    shape = [len(ROWS) if size == -1 else size for size in field["shape"]]
    data = [row[COLUMNS.index(field["name"])] for row in ROWS] if field["name"] in COLUMNS else ROWS
    return {"name": field["name"], "shape": shape, "datatype": field["datatype"], "data": data}


def ask(session, url, **arguments):
    response = session.post(url, timeout=60, **arguments)
    assert response.status_code == 200, (url, response.status_code, response.text)
    decision = response.headers["Hallmark-Decision-Id"]
    assert re.fullmatch(r"[0-9a-f-]{36}", decision), decision
    assert response.headers["Hallmark-Receipt"] == "/receipts/" + decision
    assert response.headers["Hallmark-Receipt-State"] == "logged"
    return response.json(), decision


def main(address, name):
    address = address.rstrip("/")
    session = requests.Session()
    assert session.get(address + "/ping", timeout=60).text == "\n"
    assert session.get(address + "/v2/health/ready", timeout=60).json() == {"ready": True}
    assert session.get(f"{address}/v2/models/{name}", timeout=60).json()["name"] == name
    bodies = [
        {"dataframe_split": {"columns": COLUMNS, "data": ROWS}},
        {"dataframe_records": records()},
        {"instances": records()},
        {"inputs": columns()},
    ]
    answers = [ask(session, address + "/invocations", json=body) for body in bodies]
    assert all(answer == answers[0][0] for answer, _ in answers), answers
    assert len({decision for _, decision in answers}) == len(answers)

    described = session.get(f"{address}/v2/models/{name}", timeout=60).json()
    tensors, decision = ask(session, f"{address}/v2/models/{name}/infer", json={"id": "mine", "inputs": [tensor(field) for field in described["inputs"]]})
    assert tensors["id"] == "mine" and tensors["outputs"], tensors
    assert decision not in {one for _, one in answers}

    refused = session.post(address + "/invocations", json={"dataframe_split": {"columns": COLUMNS[:2], "data": [[1.0, 2.0]]}}, timeout=60)
    assert refused.status_code == 400 and set(refused.json()) == {"error_code", "message"}, refused.text
    refused = session.post(address + "/invocations", data="sepal_length\nnonsense\n", headers={"Content-Type": "text/csv"}, timeout=60)
    assert refused.status_code == 400, refused.text

    for _ in range(300):
        receipt = session.get(address + "/receipts/" + answers[0][1], timeout=60)
        if receipt.status_code == 200:
            break
        time.sleep(0.1)
    assert receipt.status_code == 200 and receipt.json()["decision_id"] == answers[0][1], receipt.text
    print("every form was answered alike, each with a receipt")


main(*sys.argv[1:])
