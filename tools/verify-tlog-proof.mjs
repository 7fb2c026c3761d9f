#!/usr/bin/env node
// Verifies that an entry is in a log: C2SP tlog-proof, tlog-checkpoint, RFC 9162 §2.1.3.2. Node's standard library only; shares no code with Hallmark.
// usage: node verify-tlog-proof.mjs ENTRY.tlog-proof ENTRY.bin 'NAME+ID+KEY'      exit code: 0 proven, 1 not proven, 2 usage
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts.map(part => Buffer.from(part)))).digest();
const base64 = text => { const bytes = Buffer.from(text, 'base64'); must(bytes.toString('base64') === text, `bad base64: ${text}`); return bytes; };
const must = (holds, why) => { if (!holds) throw new Error(why); };

function prove(proof, entry, vkey) {
  // The file: a header, an empty line, the checkpoint as a signed note.
  const split = proof.indexOf('\n\n');
  const header = proof.slice(0, split).split('\n').filter(line => !line.startsWith('extra '));
  const [, digits] = /^index (0|[1-9][0-9]*)$/.exec(header[1]) ?? [];
  must(split > 0 && header[0] === 'c2sp.org/tlog-proof@v1' && digits, 'no tlog-proof');
  const path = header.slice(2).map(base64);
  must(path.every(hash => hash.length === 32), 'a hash of the path is not 32 bytes long');

  // The note: its text ends with the last empty line; each signature line is an em dash, a name, and base64 of key ID and signature.
  const note = proof.slice(split + 2);
  const end = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, end);
  const [, name, id, key] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey) ?? [];
  must(key && base64(key)[0] === 1 && sha256(name, '\n', base64(key)).subarray(0, 4).toString('hex') === id, 'no Ed25519 verifier key');
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), base64(key).subarray(1)]);
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const ours = note.slice(end + 1).split('\n').filter(line => line.startsWith(`— ${name} `)).map(line => base64(line.split(' ')[2])).filter(s => s.toString('hex', 0, 4) === id);
  must(ours.length > 0 && ours.every(s => verify(null, Buffer.from(text), publicKey, s.subarray(4))), 'the checkpoint is not signed by this key');

  // The checkpoint: origin, size, root. The path leads from the entry's leaf hash to the root.
  const [origin, size, root] = text.split('\n');
  must(origin === name && /^[1-9][0-9]*$/.test(size), 'the checkpoint is of another log');
  let [index, last, hash] = [BigInt(digits), BigInt(size) - 1n, sha256([0], entry)];
  must(index <= last, 'the entry lies beyond the checkpoint');
  for (const sibling of path) {
    must(last > 0n, 'the path is too long');
    if (index & 1n || index === last) {
      hash = sha256([1], sibling, hash);
      while (!(index & 1n) && index > 0n) [index, last] = [index >> 1n, last >> 1n];
    } else hash = sha256([1], hash, sibling);
    [index, last] = [index >> 1n, last >> 1n];
  }
  must(last === 0n, 'the path is too short');
  must(hash.equals(base64(root)), 'the path does not lead to the root');
  return `entry ${digits} is in the log ${origin}, in the tree of ${size} entries with the root ${root}`;
}

const [proofFile, entryFile, vkey] = process.argv.slice(2);
if (!vkey) { console.error("usage: node verify-tlog-proof.mjs ENTRY.tlog-proof ENTRY.bin 'NAME+ID+KEY'"); process.exit(2); }
try { console.log(prove(readFileSync(proofFile, 'utf8'), readFileSync(entryFile), vkey)); }
catch (error) { console.log(`NOT PROVEN: ${error.message}`); process.exitCode = 1; }
