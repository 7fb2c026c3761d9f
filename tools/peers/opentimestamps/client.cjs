// The JavaScript client of OpenTimestamps, as a program: what it says goes to the last line of stdout, as JSON.
//   stamp SHA256 FILE CALENDAR...   makes a proof file
//   upgrade FILE CALENDAR           asks a calendar and writes the proof file anew
//   verify FILE SHA256              with the node of ~/.bitcoin/bitcoin.conf: {bitcoin: {timestamp, height}}
//   info FILE                       the digest and the operations
const fs = require('fs');
const OpenTimestamps = require('opentimestamps');
const { DetachedTimestampFile, Ops } = OpenTimestamps;

const read = (file) => DetachedTimestampFile.deserialize(fs.readFileSync(file));
const write = (file, detached) => fs.writeFileSync(file, Buffer.from(detached.serializeToBytes()));
const over = (hex) => DetachedTimestampFile.fromHash(new Ops.OpSHA256(), Buffer.from(hex, 'hex'));

const commands = {
  async stamp(digest, file, ...calendars) {
    const detached = over(digest);
    await OpenTimestamps.stamp(detached, { calendars, m: calendars.length });
    write(file, detached);
    return { written: file };
  },
  async upgrade(file, calendar) {
    const detached = read(file);
    const changed = await OpenTimestamps.upgrade(detached, { calendars: [calendar] });
    write(file, detached);
    return { changed, complete: detached.timestamp.isTimestampComplete() };
  },
  async verify(file, digest) {
    const detached = read(file);
    if (Buffer.from(detached.fileDigest()).toString('hex') !== digest) throw new Error('another digest');
    return OpenTimestamps.verifyTimestamp(detached.timestamp, {});
  },
  async info(file) {
    return { info: OpenTimestamps.info(read(file)) };
  },
};

const [command, ...rest] = process.argv.slice(2);
commands[command](...rest).then(
  (answer) => console.log(JSON.stringify(answer)),
  (fault) => {
    console.error(String(fault && fault.stack ? fault.stack : fault));
    process.exitCode = 1;
  }
);
