// Builds the two images the test pods run, as one docker-archive tar, from Debian's static busybox and catatonit.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export const PAUSE_IMAGE = 'podtree.test/pause:1';
export const BUSYBOX_IMAGE = 'podtree.test/busybox:1';

const BUSYBOX = '/usr/bin/busybox';
const CATATONIT = '/usr/bin/catatonit';

const APPLETS = (
  'ash awk cat chmod cp cut date dd dmesg echo env false find free grep head hostname httpd id ip kill ln ls mkdir mkfifo mknod mount nc ' +
  'netstat nsenter pgrep pidof ping pkill printf ps pwd readlink rm sed seq setsid sh sleep sort stat sync tail tar tee test timeout ' +
  'touch tr true umount uname unshare usleep vi wc wget which whoami xargs yes'
).split(' ');

interface Entry {
  readonly path: string;
  readonly mode?: number;
  readonly content?: Buffer;
  readonly link?: string;
  readonly directory?: boolean;
}

/** Names of the Debian packages that are missing for the images. */
export function missingImageSources(): string[] {
  return [...(existsSync(BUSYBOX) ? [] : ['busybox-static']), ...(existsSync(CATATONIT) ? [] : ['catatonit'])];
}

/** Writes the archive for `ctr images import`. The pause runs as `/pause -P`: catatonit's own pause mode, which reaps like the real one. */
export function writeTestImages(file: string): void {
  const busybox = readFileSync(BUSYBOX);
  const rootfs: Entry[] = [
    { path: 'bin/', directory: true },
    { path: 'etc/', directory: true },
    { path: 'www/', directory: true },
    { path: 'tmp/', directory: true, mode: 0o1777 },
    { path: 'bin/busybox', mode: 0o755, content: busybox },
    ...APPLETS.map((applet) => ({ path: `bin/${applet}`, link: 'busybox' })),
    { path: 'etc/passwd', content: Buffer.from('root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n') },
    { path: 'www/index.html', content: Buffer.from('hello from the pod\n') },
  ];
  const pause: Entry[] = [{ path: 'pause', mode: 0o755, content: readFileSync(CATATONIT) }];
  const images = [
    { tag: PAUSE_IMAGE, layer: tar(pause), config: { Entrypoint: ['/pause', '-P'], WorkingDir: '/' } },
    { tag: BUSYBOX_IMAGE, layer: tar(rootfs), config: { Cmd: ['/bin/sh'], Env: ['PATH=/bin'], WorkingDir: '/' } },
  ].map(({ tag, layer, config }) => {
    const layerDigest = sha256(layer);
    const body = Buffer.from(
      JSON.stringify({
        architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
        os: 'linux',
        config,
        rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
        history: [],
      }),
    );
    return { tag, layer, layerName: `${layerDigest}/layer.tar`, config: body, configName: `${sha256(body)}.json` };
  });
  const manifest = images.map((image) => ({ Config: image.configName, RepoTags: [image.tag], Layers: [image.layerName] }));
  writeFileSync(
    file,
    tar([
      ...images.flatMap((image) => [
        { path: image.configName, content: image.config },
        { path: image.layerName, content: image.layer },
      ]),
      { path: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)) },
    ]),
  );
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

// POSIX ustar: a 512-byte header per entry, content padded to 512, two zero blocks at the end.
function tar(entries: readonly Entry[]): Buffer {
  const blocks: Buffer[] = [];
  for (const entry of entries) {
    const content = entry.content ?? Buffer.alloc(0);
    const header = Buffer.alloc(512);
    const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
    header.write(entry.path, 0, 100);
    header.write(octal(entry.mode ?? (entry.directory ? 0o755 : 0o644), 8), 100);
    header.write(octal(0, 8), 108);
    header.write(octal(0, 8), 116);
    header.write(octal(content.length, 12), 124);
    header.write(octal(0, 12), 136);
    header.write('        ', 148);
    header.write(entry.directory ? '5' : entry.link === undefined ? '0' : '2', 156);
    header.write(entry.link ?? '', 157, 100);
    header.write('ustar\0', 257);
    header.write('00', 263);
    let checksum = 0;
    for (const byte of header) checksum += byte;
    header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
    blocks.push(header, content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  blocks.push(Buffer.alloc(1024));
  return Buffer.concat(blocks);
}
