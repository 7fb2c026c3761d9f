// Puts a bundle into a format-2 transaction of its own with arweave-js, signs it, posts it to a node and mines it.
// Arguments: port, file of the RSA JWK, file of the bundle. Says the transaction's id.
const fs = require('fs');
const Arweave = require('arweave');

(async () => {
  const [port, keyFile, bundleFile] = process.argv.slice(2);
  const arweave = Arweave.init({ host: '127.0.0.1', port: Number(port), protocol: 'http' });
  const key = JSON.parse(fs.readFileSync(keyFile, 'utf8'));
  await arweave.api.get(`mint/${await arweave.wallets.jwkToAddress(key)}/1000000000000000`);
  const transaction = await arweave.createTransaction({ data: fs.readFileSync(bundleFile) }, key);
  transaction.addTag('Bundle-Format', 'binary');
  transaction.addTag('Bundle-Version', '2.0.0');
  await arweave.transactions.sign(transaction, key);
  const posted = await arweave.transactions.post(transaction);
  if (posted.status !== 200) throw new Error(`posting: HTTP ${posted.status} ${JSON.stringify(posted.data)}`);
  await arweave.api.get('mine');
  console.log(transaction.id);
})().catch((fault) => {
  console.error(fault);
  process.exit(1);
});
