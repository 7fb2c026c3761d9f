// Reads data items with the reference library and says of each its id, whether it verifies, its data in base64 and its tags. Arguments: files, one item each.
const fs = require('fs');
const { DataItem } = require('@dha-team/arbundles');

(async () => {
  for (const file of process.argv.slice(2)) {
    const bytes = fs.readFileSync(file);
    const item = new DataItem(bytes);
    const verified = await DataItem.verify(bytes);
    console.log(JSON.stringify({ id: item.id, verified, data: item.rawData.toString('base64'), tags: item.tags }));
  }
})();
