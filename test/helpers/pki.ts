// A certificate authority of a test: certificates for servers and clients with any names and dates, made with openssl.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Issue {
  readonly name: string;
  /** As openssl writes them: `IP:127.0.0.1,DNS:node-a`. */
  readonly names?: string;
  readonly isClient?: boolean;
  /** Another authority, which may issue. */
  readonly isAuthority?: boolean;
  readonly from?: Date;
  readonly until?: Date;
}

export interface Authority extends Issued {
  issue(wanted: Issue): Issued;
}

const DAY_MS = 86_400_000;
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** openssl's own form: 20261125221500Z. */
const moment = (date: Date): string => `${date.toISOString().replace(/\D/g, '').slice(0, 14)}Z`;

/** Everything is made in `dir`. */
export function makeAuthority(dir: string, name = 'ca'): Authority {
  const [keyFile, certFile] = [join(dir, `${name}.key`), join(dir, `${name}.crt`)];
  openssl('req', '-x509', ...NEW_KEY, '-days', '2', '-subj', `/CN=${name}`, '-keyout', keyFile, '-out', certFile);
  return authorityOf(dir, name, { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') });
}

/** The authority that a certificate of another one, issued with `isAuthority`, makes. */
export function authorityOf(dir: string, name: string, issued: Issued): Authority {
  const home = join(dir, `${name}.home`);
  mkdirSync(home, { recursive: true });
  const config = join(home, 'openssl.cnf');
  writeFileSync(join(home, 'index.txt'), '');
  writeFileSync(
    config,
    `[ca]
default_ca = own
[own]
database = ${home}/index.txt
new_certs_dir = ${home}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
`,
  );
  return {
    ...issued,
    issue({ name: subject, names, isClient = false, isAuthority = false, from, until }) {
      const base = join(dir, `${name}-${subject.replace(/\W/g, '_')}`);
      const [request, extensions] = [`${base}.csr`, `${base}.ext`];
      openssl('req', '-new', ...NEW_KEY, '-subj', `/CN=${subject}`, '-keyout', `${base}.key`, '-out', request);
      const lines = isAuthority
        ? ['basicConstraints=critical,CA:TRUE']
        : ['basicConstraints=CA:FALSE', `extendedKeyUsage=${isClient ? 'clientAuth' : 'serverAuth'}`];
      writeFileSync(extensions, [...lines, ...(names === undefined ? [] : [`subjectAltName=${names}`])].join('\n'));
      const dates = [
        '-startdate',
        moment(from ?? new Date(Date.now() - DAY_MS)),
        '-enddate',
        moment(until ?? new Date(Date.now() + DAY_MS * 30)),
      ];
      const signer = ['-cert', issued.certFile, '-keyfile', issued.keyFile];
      openssl(
        'ca',
        '-batch',
        '-config',
        config,
        ...signer,
        ...dates,
        '-extfile',
        extensions,
        '-notext',
        '-in',
        request,
        '-out',
        `${base}.crt`,
      );
      const files = { certFile: `${base}.crt`, keyFile: `${base}.key` };
      return { ...files, cert: readFileSync(files.certFile, 'utf8'), key: readFileSync(files.keyFile, 'utf8') };
    },
  };
}
