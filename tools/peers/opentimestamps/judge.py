"""python-opentimestamps as a judge. Reads proof files from stdin, each a line of hexadecimal digits, and prints one JSON list: for each file the canonical bytes in
hexadecimal digits, or the name of the error."""
import json
import sys

from opentimestamps.core.serialize import BytesDeserializationContext, BytesSerializationContext, DeserializationError
from opentimestamps.core.timestamp import DetachedTimestampFile


def judge(line):
    try:
        proof = DetachedTimestampFile.deserialize(BytesDeserializationContext(bytes.fromhex(line)))
    except DeserializationError as fault:
        return type(fault).__name__
    written = BytesSerializationContext()
    proof.serialize(written)
    return written.getbytes().hex()


print(json.dumps([judge(line.strip()) for line in sys.stdin]))
