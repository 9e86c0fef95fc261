// The files of the web page, as they are in the package: read when somebody asks for them first, and kept with their compressed form.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzip: Buffer;
  /** Strong and of the content alone: a page that stays open over an update of the agent is asked anew. */
  readonly etag: string;
}

const DIRECTORY = new URL('../page/', import.meta.url);

/** What can be asked for, and which file of src/page it is: nothing else is ever read. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page/app.js': ['generated/app.js', 'text/javascript; charset=utf-8'],
  '/page/base.css': ['style/base.css', 'text/css; charset=utf-8'],
  '/page/overview.css': ['style/overview.css', 'text/css; charset=utf-8'],
  '/page/pod.css': ['style/pod.css', 'text/css; charset=utf-8'],
  '/page/lists.css': ['style/lists.css', 'text/css; charset=utf-8'],
  '/page/icon.svg': ['icon.svg', 'image/svg+xml'],
};

const loaded = new Map<string, PageFile>();

export function isPagePath(path: string): boolean {
  return Object.hasOwn(FILES, path);
}

/** Undefined for a path that is not the page's. Throws when the package is not whole. */
export function pageFile(path: string): PageFile | undefined {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const entry = isPagePath(path) ? FILES[path] : undefined;
  if (entry === undefined) return undefined;
  const [name, type] = entry;
  const bytes = readFileSync(new URL(name, DIRECTORY));
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  const file = { type, bytes, gzip: gzipSync(bytes, { level: 9 }), etag };
  loaded.set(path, file);
  return file;
}

/** Only the package's own files and the agent's own endpoints, nothing inline and nothing evaluated: text from a process cannot become code. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
