// The modules that the program needs when it runs, as package-lock.json has them.

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

/** Folders below the checkout, such as `node_modules/ws`, in order; without those that only the compiler wants and without Node.js itself. */
export function productionModules(lock: { readonly packages: Readonly<Record<string, LockEntry>> }): readonly string[] {
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && entry.dev !== true && entry.devOptional !== true && entry.optional !== true)
    .map(([path]) => path)
    .filter((path) => !ONLY_TYPES.some((name) => path.endsWith(`node_modules/${name}`)))
    .sort();
}

/** Dependencies of dependencies that hold nothing but declarations. */
const ONLY_TYPES = ['@types/node', 'undici-types'];

/** The programs a module brings, as paths below it: nobody starts them here. */
export function programsOf(manifest: { readonly bin?: string | Readonly<Record<string, string>> }): readonly string[] {
  const { bin = {} } = manifest;
  return (typeof bin === 'string' ? [bin] : Object.values(bin)).map((path) => path.replace(/^\.\//, ''));
}

/** Whether a file of a module is of any use when the program runs. Licences stay. `path` is that below the module. */
export function isNeeded(path: string): boolean {
  if (/(^|\/)(\.[^/]+|test|tests|example|examples|bench|benchmark|benchmarks)\//.test(path)) return false;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^(licen[cs]e|copying|notice)/i.test(name)) return true;
  return !/\.(d\.[cm]?ts|[cm]?ts|map|md|markdown|flow|html|sh)$/i.test(name) && !/^(\.|Makefile$|tsconfig)/.test(name);
}
