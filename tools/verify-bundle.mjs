#!/usr/bin/env node
// Verifies an evidence bundle (docs/formats/evidence.md) but for its receipts' own proofs. Node's standard library only; shares no code with Hallmark.
// usage: node verify-bundle.mjs bundle.json [SIGNER'S PUBLIC KEY IN HEX]      exit code: 0 holds, 1 does not hold, 2 usage
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const must = (holds, why) => { if (!holds) throw new Error(why); };
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts.map(part => Buffer.from(part)))).digest();
const base64 = text => { const bytes = Buffer.from(text, 'base64'); must(bytes.toString('base64') === text, `bad base64: ${text}`); return bytes; };
const hex = (text, size) => { must(new RegExp(`^[0-9a-f]{${2 * size}}$`).test(text), `bad hex: ${text}`); return Buffer.from(text, 'hex'); };
const without = (members, isOut) => Object.fromEntries(Object.entries(members).filter(([name]) => !isOut(name)));
const canonical = value => // RFC 8785
  Array.isArray(value) ? '[' + value.map(canonical).join() + ']'
  : value === null || typeof value !== 'object' ? JSON.stringify(value)
  : '{' + Object.keys(value).sort().map(name => JSON.stringify(name) + ':' + canonical(value[name])).join() + '}';
const isSigned = (key, message, signature) => {
  const spki = { key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]), format: 'der', type: 'spki' };
  return verify(null, Buffer.from(message), createPublicKey(spki), signature);
};
const isOutside = name => name === 'signature' || name === 'co_signatures';

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

// RFC 9162 §2.1.3.2 and §2.1.4.2: climbs from a node to the root; `left` is called with a sibling on the left, `right` with one on the right.
function climb(node, last, path, left, right) {
  for (const sibling of path.map(base64)) {
    must(last > 0, 'a path is too long');
    if (node % 2 === 1 || node === last) {
      left(sibling);
      while (node % 2 === 0 && node > 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    } else right(sibling);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  must(last === 0, 'a path is too short');
}

function continues(older, newer, path) {
  let [node, last, rest] = [older.size - 1, newer.size - 1, path];
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  let old = older.root;
  if (node > 0) [old, rest] = [base64(path[0]), path.slice(1)]; // the root of a full old tree is not in its proof
  let now = old;
  climb(node, last, rest, sibling => [old, now] = [sha256([1], sibling, old), sha256([1], sibling, now)], sibling => now = sha256([1], now, sibling));
  return old.equals(older.root) && now.equals(newer.root);
}

function prove(bundle, signer) {
  const { body } = bundle;
  must(sha256(canonical(body)).toString('hex') === bundle.body_hash, 'the body is not the one that was sealed');
  must(isSigned(hex(bundle.public_key, 32), canonical(without(bundle, isOutside)), hex(bundle.signature, 64)), 'the wrapper is not signed');
  const trees = body.ledger.checkpoints.map(checkpoint => readCheckpoint(checkpoint.note, body.ledger.origin, body.ledger.verifier_key));
  trees.slice(1).forEach((tree, i) => must(tree.size > trees[i].size && continues(trees[i], tree, body.ledger.checkpoints[i + 1].from_previous.path), `checkpoint ${i + 1} does not continue the one before`));
  const digests = new Set(body.ledger.checkpoints.map(checkpoint => sha256(checkpoint.note).toString('hex')));
  for (const { envelope, record, inclusion } of body.entries) {
    const annotated = envelope.spec_version == null || /^ario\.mlflow\/v1(\.[0-9]+)?$/.test(envelope.spec_version);
    const scope = without(envelope, name => isOutside(name) || (annotated && name.startsWith('_')));
    must(isSigned(hex(envelope.public_key, 32), canonical(scope), hex(envelope.signature, 64)), `event ${envelope.event_id} is not signed`);
    must(!signer || envelope.public_key === signer, `event ${envelope.event_id} is signed by somebody else, ${envelope.public_key}`);
    must(record === undefined || sha256(base64(record)).toString('hex') === envelope.payload_hash, `the record of event ${envelope.event_id} is another`);
    let hash = sha256([0], canonical(envelope));
    must(inclusion.index < inclusion.tree_size, 'an entry lies beyond its tree');
    climb(inclusion.index, inclusion.tree_size - 1, inclusion.path, sibling => hash = sha256([1], sibling, hash), sibling => hash = sha256([1], hash, sibling));
    must(trees.some(tree => tree.size === inclusion.tree_size && tree.root.equals(hash)), `event ${envelope.event_id} is not in the ledger`);
    digests.add(sha256(canonical(envelope)).toString('hex'));
  }
  must(body.entries.some(entry => entry.envelope.event_id === body.event_id), 'the event that it is about is not in it');
  for (const receipt of body.receipts) must(digests.has(receipt.digest.replace('sha256:', '')), `the receipt of ${receipt.world} is for other bytes`);
  return `${body.subject}: ${body.entries.length} events signed${signer ? ' by the key you named' : ', by whom you must find out'}, in the ledger ${body.ledger.origin}; ${body.receipts.length} receipts to check`;
}

const [file, signer] = process.argv.slice(2);
if (!file) { console.error("usage: node verify-bundle.mjs bundle.json [SIGNER'S PUBLIC KEY IN HEX]"); process.exit(2); }
try { console.log(prove(JSON.parse(readFileSync(file, 'utf8')), signer)); }
catch (error) { console.log(`NOT PROVEN: ${error.message}`); process.exitCode = 1; }
