// Verifies an evidence bundle (docs/formats/evidence.md) but for its receipts' own proofs. Node's standard library only; shares no code with Hallmark.
// usage: node verify-bundle.mjs bundle.json [SIGNER'S PUBLIC KEY IN HEX]      exit code: 0 holds, 1 does not hold
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
const must = (holds, why) => { if (!holds) throw new Error(why); };
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts.map(part => Buffer.from(part)))).digest();
const base64 = text => { const bytes = Buffer.from(text, 'base64'); must(bytes.toString('base64') === text, `bad base64: ${text}`); return bytes; };
const hex = (text, size) => { must(new RegExp(`^[0-9a-f]{${2 * size}}$`).test(text), `bad hex: ${text}`); return Buffer.from(text, 'hex'); };
const canonical = value => Array.isArray(value) ? `[${value.map(canonical).join()}]` // RFC 8785
  : value === null || typeof value !== 'object' ? JSON.stringify(value)
  : `{${Object.keys(value).sort().map(name => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
const keyOf = bytes => createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes]), format: 'der', type: 'spki' });
const isSealed = ({ signature, co_signatures, ...scope }) => verify(null, Buffer.from(canonical(scope)), keyOf(hex(scope.public_key, 32)), hex(signature, 64));
function readCheckpoint(note, origin, vkey) { // C2SP tlog-checkpoint, signed-note
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  const [, name, id, key] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey) ?? [];
  must(key && base64(key)[0] === 1 && sha256(name, '\n', base64(key)).toString('hex', 0, 4) === id, 'no Ed25519 verifier key');
  const ours = note.slice(text.length + 1).split('\n').filter(line => line.startsWith(`— ${name} `)).map(line => base64(line.split(' ')[2])).filter(s => s.toString('hex', 0, 4) === id);
  must(ours.length > 0 && ours.every(s => verify(null, Buffer.from(text), keyOf(base64(key).subarray(1)), s.subarray(4))), 'a checkpoint is not signed by the ledger');
  const [first, size, root] = text.split('\n');
  must(first === origin && name === origin && /^[1-9][0-9]{0,11}$/.test(size), 'a checkpoint is of another ledger');
  return { size: Number(size), root: base64(root) };
}

// RFC 9162 §2.1.3.1 and §2.1.4.1 read backwards: a path ends with what stands beside the part asked about. Gives the roots of the old tree, from which one climbs, and of the new one; an entry is climbed from as the end of an old tree.
function rootsOver(start, size, newSize, path, isEntry, isWhole = true) {
  const isAtEnd = newSize === (isEntry ? 1 : size);
  must(isAtEnd === (path.length === (isEntry || isWhole ? 0 : 1)), 'a path is of another length than its tree asks for');
  if (isAtEnd) return isEntry || isWhole ? [start, start] : [base64(path[0]), base64(path[0])];
  const [k, beside, rest] = [2 ** Math.floor(Math.log2(newSize - 1)), base64(path.at(-1)), path.slice(0, -1)]; // exact for sizes of 12 digits
  const [was, is] = size <= k ? rootsOver(start, size, k, rest, isEntry, isWhole) : rootsOver(start, size - k, newSize - k, rest, isEntry, false);
  return size <= k ? [was, sha256([1], is, beside)] : [sha256([1], beside, was), sha256([1], beside, is)];
}
const rootOver = (leaf, index, size, path) => rootsOver(leaf, index + 1, size, path, true)[1];

function proveEvent({ envelope, record, inclusion: { index, tree_size, path } }, trees, signer) {
  const hasNotes = /^ario\.mlflow\/v1(\.[0-9]+)?$/.test(envelope.spec_version ?? 'ario.mlflow/v1'); // members that begin with _ are not signed there
  must(isSealed(Object.fromEntries(Object.entries(envelope).filter(([name]) => !hasNotes || !name.startsWith('_')))), `event ${envelope.event_id} is not signed`);
  must(!signer || envelope.public_key === signer, `event ${envelope.event_id} is signed by somebody else, ${envelope.public_key}`);
  must(record === undefined || sha256(base64(record)).toString('hex') === envelope.payload_hash, `the record of event ${envelope.event_id} is another`);
  const isRootOf = ({ size, root }) => size === tree_size && root.equals(rootOver(sha256([0], canonical(envelope)), index, size, path));
  must(Number.isInteger(index) && index >= 0 && index < tree_size && trees.some(isRootOf), `event ${envelope.event_id} is not in the ledger`);
}

async function prove(bundle, signer) {
  const { body, body: { ledger, entries, receipts } } = bundle;
  must(sha256(canonical(body)).toString('hex') === bundle.body_hash && isSealed(bundle), 'the wrapper is not signed, or its body is another');
  const keyAt = ledger.handovers ? (await import('./follow-keys.mjs')).followKeys(ledger, readCheckpoint, rootOver) : () => ledger.verifier_key;
  const trees = ledger.checkpoints.map(({ note }) => readCheckpoint(note, ledger.origin, keyAt(Number(note.split('\n')[1]))));
  for (const [i, { from_previous }] of [...ledger.checkpoints.entries()].slice(1)) {
    const [was, is] = rootsOver(trees[i - 1].root, trees[i - 1].size, trees[i].size, from_previous.path, false);
    must(was.equals(trees[i - 1].root) && is.equals(trees[i].root), `checkpoint ${i} does not continue the one before`);
  }
  entries.forEach(entry => proveEvent(entry, trees, signer)); must(entries.some(({ envelope }) => envelope.event_id === body.event_id), 'the event that it is about is not in it');
  const seen = new Set([...ledger.checkpoints.map(({ note }) => note), ...entries.map(({ envelope }) => canonical(envelope))].map(bytes => sha256(bytes).toString('hex')));
  receipts.forEach(({ world, digest }) => must(seen.has(digest.replace('sha256:', '')), `the receipt of ${world} is for other bytes`));
  return `${body.subject}: ${entries.length} events signed${signer ? ' by the key you named' : ', by whom you must find out'}, in the ledger ${ledger.origin}; ${receipts.length} receipts to check`;
}
try { console.log(await prove(JSON.parse(readFileSync(process.argv[2], 'utf8')), process.argv[3])); }
catch (error) { console.log(`NOT PROVEN: ${error.message}`); process.exitCode = 1; }
