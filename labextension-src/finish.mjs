// After a build: leaves out what the builder only copies along, and writes what the assets were made from as one digest,
// so that a test without Node sees a source that was changed and not built again.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

const folders = ['schema', 'src', 'style'];
const files = [...folders.flatMap(folder => readdirSync(folder).map(name => `${folder}/${name}`)), 'package.json', 'tsconfig.json', 'yarn.lock'];
const hash = createHash('sha256');
for (const file of files.sort()) {
  hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
}
const built = '../nb_orchestra/labextension';
rmSync(`${built}/schemas/nb-orchestra-lab/package.json.orig`, { force: true });
writeFileSync(`${built}/source.sha256`, `${hash.digest('hex')}\n`);
