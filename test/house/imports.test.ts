// The house rule that data flows one way, checked on every import: a module imports only from its own room and from rooms before it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Which other rooms of src/ a room may import from. `error.ts` at the top of src/ is everybody's. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  host: ['kernel'],
  cri: ['kernel', 'host'],
  attribution: ['kernel', 'host', 'cri'],
  cause: ['kernel', 'host', 'cri', 'attribution'],
  tree: ['kernel', 'host', 'cri', 'attribution', 'cause'],
  history: ['kernel', 'host', 'cri', 'attribution', 'cause', 'tree'],
  kubernetes: ['kernel', 'host', 'cri', 'attribution', 'cause', 'tree', 'history'],
  // Who may connect; knows nothing of what is served.
  access: ['host', 'kubernetes'],
  stream: ['kernel', 'host', 'cri', 'attribution', 'cause', 'tree', 'history', 'access'],
  // The agents of all nodes as one: beside what an agent itself does with its data.
  cluster: ['kubernetes', 'stream'],
  alert: ['kernel', 'host', 'cri', 'attribution', 'cause', 'tree', 'history', 'kubernetes', 'stream'],
  metrics: ['kernel', 'host', 'cri', 'attribution', 'cause', 'tree', 'history', 'kubernetes', 'stream', 'alert'],
  // Beside the way of the data: they look at its types, and nobody in src/ looks at them.
  config: ['cause', 'tree', 'access', 'stream', 'alert'],
  terminal: ['kernel', 'attribution', 'cause', 'tree', 'history', 'stream'],
  demo: ['kernel', 'host', 'cri'],
  page: ['kernel', 'attribution', 'cause', 'tree', 'history', 'stream', 'terminal'],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('generated'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const specifiers = [...text.matchAll(/^(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)/gm)];
  return specifiers
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => ({ from: file, to: relative(root, resolve(root, dirname(file), specifier)) }));
}

function roomOf(file: string): string | undefined {
  const [top, room, ...rest] = file.split('/');
  return top === 'src' && rest.length > 0 ? room : undefined;
}

t.test('every room of src/ is in the list of rooms', async (t) => {
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of rooms) t.ok(ALLOWED[name], name);
});

t.test('a module imports only from its own room and from rooms before it', async (t) => {
  const imports = sources('src').flatMap(importsOf);
  t.ok(imports.length > 100, 'imports are found at all');
  for (const { from, to } of imports) {
    const room = roomOf(from);
    const other = roomOf(to);
    if (room === undefined || other === room) continue;
    const isAllowed = other === undefined ? to === 'src/error.ts' : ALLOWED[room]?.includes(other);
    t.ok(isAllowed, `${from} imports ${to}`);
  }
});

t.test('nothing in src/ imports from agent/, test/ or a package that is not declared', async (t) => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  // What the page is made of is bundled with it, and needed by nobody who runs podtree.
  const bundled = new Set(['preact']);
  for (const file of sources('src')) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const match of text.matchAll(/from\s+['"]([^'".][^'"]*)['"]/g)) {
      const specifier = match[1] ?? '';
      const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : (specifier.split('/')[0] ?? '');
      const isBundled = roomOf(file) === 'page' && bundled.has(name);
      t.ok(specifier.startsWith('node:') || manifest.dependencies[name] || isBundled, `${file} imports ${specifier}`);
    }
    for (const { to } of importsOf(file)) t.match(to, /^src\//, `${file} imports ${to}`);
  }
});

t.test('no module imports itself by way of others', async (t) => {
  const graph = new Map<string, string[]>();
  for (const file of [...sources('src'), ...sources('agent')])
    graph.set(
      file,
      importsOf(file).map(({ to }) => to),
    );
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): string[] | undefined {
    const at = path.indexOf(file);
    if (at !== -1) return [...path.slice(at), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(file);
    return undefined;
  }
  for (const file of graph.keys()) {
    const cycle = visit(file);
    path.length = 0;
    t.equal(cycle?.join(' -> '), undefined, file);
    if (cycle) break;
  }
});

t.test('nothing has a default export, and no file only re-exports', async (t) => {
  for (const file of [...sources('src'), ...sources('agent')]) {
    const text = readFileSync(join(root, file), 'utf8');
    t.notMatch(text, /^export default /m, file);
    const statements = text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//'));
    t.notOk(statements.length > 0 && statements.every((line) => /^export .* from /.test(line)), `${file} is no barrel`);
  }
});
