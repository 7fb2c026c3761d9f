// Follows the checkpoint keys of a ledger that was handed over (docs/formats/ledger.md, "Handing over the key"): each is named by the one before it, in an entry of the
// ledger under a checkpoint that both signed. For verify-bundle.mjs and verify-prediction.mjs. Node's standard library only; shares no code with Hallmark.
import { createHash, createPublicKey, verify } from 'node:crypto';

const must = (holds, why) => { if (!holds) throw new Error(why); };
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts.map(part => Buffer.from(part)))).digest();
const canonical = value => // RFC 8785
  Array.isArray(value) ? '[' + value.map(canonical).join() + ']'
  : value === null || typeof value !== 'object' ? JSON.stringify(value)
  : '{' + Object.keys(value).sort().map(name => JSON.stringify(name) + ':' + canonical(value[name])).join() + '}';
const keyOf = vkey => Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1); // name+id+base64
const isSigned = (vkey, message, hex) => {
  const spki = { key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), keyOf(vkey)]), format: 'der', type: 'spki' };
  return /^[0-9a-f]{128}$/.test(hex) && verify(null, Buffer.from(message), createPublicKey(spki), Buffer.from(hex, 'hex'));
};

// Gives the key that must have signed the checkpoint of a size. readCheckpoint(note, origin, vkey) and rootOver(leaf, index, size, path) are the caller's.
export function followKeys({ origin, verifier_key, handovers, checkpoints }, readCheckpoint, rootOver) {
  let [keys, previous] = [[{ from: 0, vkey: verifier_key }], 'GENESIS'];
  for (const { envelope, inclusion: { index, tree_size: size, path }, checkpoint } of handovers) {
    const { payload: { acceptance, successor_key: next, ...payload } } = envelope;
    const { signature, co_signatures, ...scope } = envelope;
    const { vkey: retired, from } = keys.at(-1);
    must(envelope.event_type === 'ledger_key_succeeded' && envelope.spec_version === 'hallmark/v1' && payload.origin === origin, 'no handover of this ledger');
    must(payload.retired_key === retired && envelope.public_key === keyOf(retired).toString('hex'), 'a handover is not by the key in force');
    must(isSigned(retired, canonical(scope), signature), 'a handover is not signed');
    must(sha256(canonical(envelope.payload)).toString('hex') === envelope.payload_hash, 'a handover commits to another payload');
    must(envelope.previous_hash === previous && index >= from, 'a handover does not follow the one before it');
    must(!keys.some(({ vkey }) => vkey === next), 'a handover brings back a retired key');
    must(!checkpoints || checkpoints.some(({ note }) => note === checkpoint), 'a handover is under a checkpoint of another history'); // a bundle's follow each other
    const accepted = ['hallmark/ledger-key-acceptance/v1', origin, retired, next, previous, ''].join('\n');
    must(isSigned(next, accepted, acceptance), 'a handover is not accepted by the key that follows');
    const trees = [retired, next].map(vkey => readCheckpoint(checkpoint, origin, vkey));
    must(trees[0].size === size && index < size, 'a handover lies beyond its checkpoint');
    must(trees[0].root.equals(rootOver(sha256([0], canonical(envelope)), index, size, path)), 'a handover is not in the ledger');
    [keys, previous] = [[...keys, { from: index + 1, vkey: next }], envelope.payload_hash];
  }
  return size => keys.findLast(({ from }) => from <= size).vkey;
}
