"""python-opentimestamps as a program. Reads a proof file from stdin and prints one JSON object: its canonical bytes, its attestations, and, with the 80-byte
headers of blocks given as HEIGHT:HEX, the times that its Bitcoin attestations verify to."""
import json
import sys

from bitcoin.core import CBlockHeader
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation
from opentimestamps.core.serialize import BytesDeserializationContext, BytesSerializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile

headers = {int(height): CBlockHeader.deserialize(bytes.fromhex(text)) for height, text in (word.split(":") for word in sys.argv[1:])}
proof = DetachedTimestampFile.deserialize(BytesDeserializationContext(sys.stdin.buffer.read()))
written = BytesSerializationContext()
proof.serialize(written)
attestations = sorted((message.hex(), repr(attestation)) for message, attestation in proof.timestamp.all_attestations())
times = {
    attestation.height: attestation.verify_against_blockheader(message, headers[attestation.height])
    for message, attestation in proof.timestamp.all_attestations()
    if isinstance(attestation, BitcoinBlockHeaderAttestation) and attestation.height in headers
}
print(json.dumps({"digest": proof.file_digest.hex(), "canonical": written.getbytes().hex(), "attestations": attestations, "times": times}))
