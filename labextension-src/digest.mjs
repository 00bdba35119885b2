// What the built assets were made from, as one digest: lets a test without Node see that a source was changed and not built again.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

const folders = ['schema', 'src', 'style'];
const files = [...folders.flatMap(folder => readdirSync(folder).map(name => `${folder}/${name}`)), 'package.json', 'tsconfig.json', 'yarn.lock'];
const hash = createHash('sha256');
for (const file of files.sort()) {
  hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
}
writeFileSync('../nb_orchestra/labextension/source.sha256', `${hash.digest('hex')}\n`);
