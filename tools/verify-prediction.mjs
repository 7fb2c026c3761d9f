#!/usr/bin/env node
// Verifies the receipt of a prediction (docs/formats/predictions.md) but for its anchors' own proofs. Node's standard library only; shares no code with Hallmark.
// usage: node verify-prediction.mjs receipt.json [SIGNER'S PUBLIC KEY IN HEX]      exit code: 0 holds, 1 does not hold, 2 usage
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const must = (holds, why) => { if (!holds) throw new Error(why); };
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts.map(part => Buffer.from(part)))).digest();
const sha256Hex = text => sha256(text).toString('hex');
const base64 = text => { const bytes = Buffer.from(text, 'base64'); must(bytes.toString('base64') === text, `bad base64: ${text}`); return bytes; };
const hex = (text, size) => { must(new RegExp(`^[0-9a-f]{${2 * size}}$`).test(text), `bad hex: ${text}`); return Buffer.from(text, 'hex'); };
const canonical = value => // RFC 8785
  Array.isArray(value) ? '[' + value.map(canonical).join() + ']'
  : value === null || typeof value !== 'object' ? JSON.stringify(value)
  : '{' + Object.keys(value).sort().map(name => JSON.stringify(name) + ':' + canonical(value[name])).join() + '}';
const isSigned = (key, message, signature) => {
  const spki = { key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]), format: 'der', type: 'spki' };
  return verify(null, Buffer.from(message), createPublicKey(spki), signature);
};

function proveEnvelope(envelope, signer) { // ar.io envelope family §4 and §5
  must(/^ario\.(mlflow|events)\/v1(\.[0-9]+)?$/.test(envelope.spec_version), `no profile of predictions: ${envelope.spec_version}`);
  const annotated = envelope.spec_version.startsWith('ario.mlflow/');
  const isOutside = name => name === 'signature' || name === 'co_signatures' || (annotated && name.startsWith('_'));
  const scope = Object.fromEntries(Object.entries(envelope).filter(([name]) => !isOutside(name)));
  must(isSigned(hex(envelope.public_key, 32), canonical(scope), hex(envelope.signature, 64)), 'the envelope is not signed');
  must(!signer || envelope.public_key === signer, `the envelope is signed by somebody else, ${envelope.public_key}`);
}

function proveRecord(bytes, decision) { // our own page: direct records are the payload, batched ones carry it
  const record = JSON.parse(bytes);
  must(canonical(record) === bytes.toString(), 'the record is not canonical');
  let payload = record;
  if (record.spec_version === 'ario.events/v1') {
    payload = record.metadata.prediction;
    must(record.event_type === 'mlflow.prediction', 'the record is of another event');
    must(record.event.content_hash === sha256Hex(canonical(payload)), 'the record does not commit to its payload');
    must(record.event.content_length === Buffer.byteLength(canonical(payload)), 'the payload has another length');
  }
  must(payload.event_type === 'prediction' && payload.decision_id === decision, 'the record is of another prediction');
  return payload;
}

function readCheckpoint(note, origin, vkey) { // C2SP tlog-checkpoint, signed-note
  const end = note.lastIndexOf('\n\n') + 1;
  const [, name, id, key] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey) ?? [];
  must(key && base64(key)[0] === 1 && sha256(name, '\n', base64(key)).toString('hex', 0, 4) === id, 'no Ed25519 verifier key');
  const ours = note.slice(end + 1).split('\n').filter(line => line.startsWith(`— ${name} `)).map(line => base64(line.split(' ')[2])).filter(s => s.toString('hex', 0, 4) === id);
  must(ours.length > 0 && ours.every(s => isSigned(base64(key).subarray(1), note.slice(0, end), s.subarray(4))), 'a checkpoint is not signed by the ledger');
  const [first, size, root] = note.split('\n');
  must(first === origin && name === origin && /^[1-9][0-9]*$/.test(size), 'a checkpoint is of another ledger');
  return { size: Number(size), root: base64(root) };
}

function findRoot(leaf, index, size, path) { // RFC 9162 §2.1.3.2
  must(index < size, 'the entry lies beyond the tree');
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of path.map(base64)) {
    must(last > 0, 'a path is too long');
    if (node % 2 === 1 || node === last) {
      hash = sha256([1], sibling, hash);
      while (node % 2 === 0 && node > 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    } else hash = sha256([1], hash, sibling);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  must(last === 0, 'a path is too short');
  return hash;
}

async function prove(receipt, signer) {
  must(receipt.format === 'hallmark/prediction-receipt/v1', 'another format');
  const { envelope, decision_id: decision, ledger } = receipt;
  proveEnvelope(envelope, signer);
  must((envelope.subject?.decision_id ?? envelope.event_id) === decision, 'the envelope is of another prediction');
  must(envelope.payload_hash === receipt.record_hash, 'the envelope commits to another record');
  if (receipt.record !== undefined) {
    must(sha256Hex(base64(receipt.record)) === receipt.record_hash, 'the record is another');
    proveRecord(base64(receipt.record), decision);
  }
  must(receipt.checkpoints.length > 0, 'there is no checkpoint');
  const keyAt = ledger.handovers ? (await import('./follow-keys.mjs')).followKeys(ledger, readCheckpoint, findRoot) : () => ledger.verifier_key;
  const digests = new Set([sha256Hex(canonical(envelope))]);
  for (const { note, tree_size: size, path } of receipt.checkpoints) {
    const tree = readCheckpoint(note, ledger.origin, keyAt(Number(note.split('\n')[1])));
    must(tree.size === size && findRoot(sha256([0], canonical(envelope)), receipt.index, size, path).equals(tree.root), 'it is not in the ledger');
    digests.add(sha256Hex(note));
  }
  for (const { digest, world } of receipt.receipts) must(digests.has(digest.replace('sha256:', '')), `the receipt of ${world} is for other bytes`);
  return `prediction ${decision}: signed${signer ? ' by the key you named' : ', by whom you must find out'}, entry ${receipt.index} of the ledger ${ledger.origin}; ${receipt.receipts.length} receipts to check`;
}

const [file, signer] = process.argv.slice(2);
if (!file) { console.error("usage: node verify-prediction.mjs receipt.json [SIGNER'S PUBLIC KEY IN HEX]"); process.exit(2); }
try { console.log(await prove(JSON.parse(readFileSync(file, 'utf8')), signer)); }
catch (error) { console.log(`NOT PROVEN: ${error.message}`); process.exitCode = 1; }
