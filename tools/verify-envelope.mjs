#!/usr/bin/env node
// Verifies an envelope, and a record against it, with nothing but Node's standard library. Shares no code with Hallmark.
// usage: node verify-envelope.mjs proof.json [payload.json]      exit code: 0 holds, 1 does not hold, 2 usage
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const PROFILES = /^(hallmark\/v1|ario\.(mlflow|agent|events)\/v1)(\.[0-9]+)?$/;
const P = 2n ** 255n - 19n;
const SMALL_ORDER = new Set(['00', '01', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'].map(y => y.padEnd(64, '0')));

// RFC 8785: JavaScript's own numbers and strings, names sorted by UTF-16 code units. Throws where there is no canonical form.
function canonical(value, depth = 0) {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value === 'string' && !/\p{Surrogate}/u.test(value)) return JSON.stringify(value);
  if (typeof value !== 'object' || depth === 128) throw new Error('no canonical form');
  if (Array.isArray(value)) return '[' + value.map(item => canonical(item, depth + 1)).join() + ']';
  return '{' + Object.keys(value).sort().map(name => canonical(name) + ':' + canonical(value[name], depth + 1)).join() + '}';
}

// A point of small order or with y of p and above: OpenSSL lets such keys pass, and some of them sign everything.
function isOddPoint(bytes) {
  const y = Buffer.from(bytes);
  y[31] &= 0x7f;
  return SMALL_ORDER.has(y.toString('hex')) || BigInt('0x' + Buffer.from(y).reverse().toString('hex')) >= P;
}

function isSigned(envelope) {
  const { public_key: key, signature } = envelope;
  if (!/^[0-9a-f]{64}$/i.test(key) || !/^[0-9a-f]{128}$/i.test(signature)) return false;
  const [a, s] = [Buffer.from(key, 'hex'), Buffer.from(signature, 'hex')];
  if (isOddPoint(a) || isOddPoint(s.subarray(0, 32))) return false;
  const annotations = envelope.spec_version == null || /^ario\.mlflow\/v1(\.[0-9]+)?$/.test(envelope.spec_version);
  const outside = name => name === 'signature' || name === 'co_signatures' || (annotations && name.startsWith('_'));
  const scope = Object.fromEntries(Object.entries(envelope).filter(([name]) => !outside(name)));
  try {
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), a]);
    return verify(null, Buffer.from(canonical(scope)), createPublicKey({ key: der, format: 'der', type: 'spki' }), s);
  } catch { return false; }
}

export function verifyEnvelope(text, record) {
  const answer = { ok: false, spec_version_ok: false, payload_hash_ok: null, signature_ok: false };
  let envelope;
  try { canonical(envelope = JSON.parse(text)); } catch { return answer; }
  if (envelope === null || typeof envelope !== 'object' || Array.isArray(envelope)) return answer;
  answer.spec_version_ok = typeof envelope.spec_version === 'string' && PROFILES.test(envelope.spec_version);
  const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
  const bound = [record, 'payload' in envelope ? canonical(envelope.payload) : null].filter(bytes => bytes != null);
  if (typeof envelope.payload_hash !== 'string') answer.payload_hash_ok = false;
  else if (bound.length > 0) answer.payload_hash_ok = bound.every(bytes => sha256(bytes) === envelope.payload_hash);
  answer.signature_ok = isSigned(envelope);
  answer.ok = answer.spec_version_ok && answer.payload_hash_ok !== false && answer.signature_ok;
  return answer;
}

// For the tests: every case of a vector file, and that the canonical form of each payload is the one given.
function verifyVectors(file) {
  const answers = {};
  for (const { id, payload, expect } of file.cases) {
    const answer = verifyEnvelope(expect.envelope, expect.payload_canonical);
    answers['cases/' + id] = { ...answer, ok: answer.ok && canonical(payload) === expect.payload_canonical };
  }
  for (const list of ['accepted', 'negatives']) for (const { id, envelope, record } of file[list]) answers[`${list}/${id}`] = verifyEnvelope(envelope, record);
  return answers;
}

const [first, second] = process.argv.slice(2);
if (first === '--vectors' && second) console.log(JSON.stringify(verifyVectors(JSON.parse(readFileSync(second)))));
else if (first) {
  const answer = verifyEnvelope(readFileSync(first, 'utf8'), second && readFileSync(second));
  console.log(JSON.stringify(answer, null, 2));
  process.exitCode = answer.ok ? 0 : 1;
} else { console.error('usage: node verify-envelope.mjs proof.json [payload.json]'); process.exitCode = 2; }
