// The control files of the Debian package: plain text made from package.json and the changelog.

export interface PackageFacts {
  readonly version: string;
  readonly description: string;
  /** As dpkg names it: amd64, arm64. */
  readonly architecture: string;
  /** KiB of all files. */
  readonly installedKib: number;
  readonly maintainer: string;
}

/** bpftrace from 0.17 on is what the probes are tested with; the C and C++ libraries are those of the official Node.js binary. */
const DEPENDS = ['bpftrace (>= 0.17)', 'libc6 (>= 2.28)', 'libgcc-s1', 'libstdc++6'];
/** For the example pod. */
const RECOMMENDS = ['iproute2', 'perl'];

export function renderControl({ version, description, architecture, installedKib, maintainer }: PackageFacts): string {
  return `Package: podtree
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${installedKib}
Depends: ${DEPENDS.join(', ')}
Recommends: ${RECOMMENDS.join(', ')}
Section: admin
Priority: optional
Description: live pod tree of a Kubernetes node, and who killed the pause
${wrapped(description)}
 .
${wrapped(LONG)}
`;
}

const LONG =
  'podtree watches with eBPF (bpftrace on stable tracepoints) how namespaces are made and joined and how processes start and die, attributes ' +
  'each of these to the pod it belongs to, streams every change over WebSocket, and when a pause dies it says who did it. This package runs it ' +
  'as a systemd service and brings its own Node.js.';

function wrapped(text: string): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length >= 78) lines.push(` ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}

/** `date` in ms since 1970. */
export function renderChangelog(version: string, maintainer: string, date: number): string {
  const day = new Date(date).toUTCString().replace('GMT', '+0000');
  return `podtree (${version}) unstable; urgency=medium

  * Built from the sources of version ${version}: see CHANGELOG.md.

 -- ${maintainer}  ${day}
`;
}

/** DEP-5. The licences of the modules lie beside them. */
export function renderCopyright(modules: readonly { readonly name: string; readonly license: string }[]): string {
  const rows = modules.map(({ name, license }) => `  ${name}: ${license}`);
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: podtree
Comment: ${PROGRAM} and its modules are under the licences named here; the
 text of each lies beside it, or in /usr/share/common-licenses.
 .
${rows.join('\n')}

Files: *
Copyright: 2026 the podtree authors
License: Apache-2.0

Files: usr/lib/podtree/bin/node
Copyright: 2009-2026 the Node.js contributors and those named in node.LICENSE
License: MIT-and-others
 See ${PROGRAM}/node.LICENSE

License: Apache-2.0
 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0
`;
}

const PROGRAM = '/usr/lib/podtree';
