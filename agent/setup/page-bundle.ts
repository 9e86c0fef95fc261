// Bundles the web page's program: one module for browsers, readable, the same bytes for the same sources on every machine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** What is bundled with our own code, and so has to be named with its licence. */
const BUNDLED = ['preact', 'protobufjs'];
const NOTHING = '\0nothing';

/** The text of src/page/generated/app.js. Throws for code that would need Node.js or more than one file. */
export async function bundlePage(root: string): Promise<string> {
  const bundle = await rolldown({
    input: join(root, 'src/page/main.tsx'),
    cwd: root,
    platform: 'browser',
    tsconfig: false,
    transform: { target: 'es2022', jsx: { runtime: 'automatic', importSource: 'preact' } },
    onLog: (_level, log) => {
      throw new Error(`src/page: ${log.message}`);
    },
    plugins: [
      {
        name: 'without-long',
        // protobufjs takes 64-bit integers of this package where it is there: the stream has none.
        resolveId: (id) => (id === 'long' ? NOTHING : null),
        load: (id) => (id === NOTHING ? 'export default null;' : null),
      },
    ],
  });
  // Not minified: what a browser runs can be read, and a change of it reviewed. Served compressed, it makes no difference.
  const { output } = await bundle.generate({ format: 'es', minify: false, comments: false, banner: notices(root) });
  await bundle.close();
  const [chunk] = output;
  if (output.length !== 1 || chunk.imports.length > 0) throw new Error(`src/page: not one file: ${chunk.imports.join(' ')}`);
  // Where the modules are lies in the comments between them, below this machine's folders.
  return chunk.code.replace(/^\/\/#(?:end)?region.*\n/gm, '');
}

function notices(root: string): string {
  const texts = BUNDLED.map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string };
    return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}`;
  });
  return `/*!
Made by "npm run generate" out of src/page: do not edit.

It holds these packages as well.

${texts.join('\n\n').replaceAll('*/', '* /')}
*/`;
}
