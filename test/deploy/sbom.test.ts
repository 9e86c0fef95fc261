// The bill of materials: everything that runs, nothing that only builds or tests.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { npmSbom, withDebianPackages } from '../../agent/setup/sbom.ts';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Readonly<
  Record<'dependencies' | 'optionalDependencies' | 'devDependencies', Readonly<Record<string, string>>>
>;

t.test('it lists what is installed with podtree', async (t) => {
  const { bomFormat, metadata, components, dependencies } = npmSbom();
  t.equal(bomFormat, 'CycloneDX');
  t.match(metadata.component, { name: 'podtree', purl: /^pkg:npm\/podtree@/ });
  const names = new Set(components.map(({ name }) => name));
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) t.ok(names.has(name), name);
  // @types/node is in both: protobufjs names it as a dependency of its own.
  const building = Object.keys(manifest.devDependencies).filter((name) => name !== '@types/node');
  for (const name of building) t.notOk(names.has(name), name);
  for (const { ref, dependsOn = [] } of dependencies)
    t.ok(
      dependsOn.every((other) => components.some((each) => each['bom-ref'] === other)),
      ref,
    );
  for (const { purl, version, hashes } of components) {
    t.ok(purl.endsWith(`@${version}`), purl);
    t.match(hashes, [{ alg: 'SHA-512' }], `${purl} can be checked`);
  }
});

t.test("an image's has the packages of its system, too", async (t) => {
  const root = t.testdir({ etc: { 'os-release': 'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n' } });
  mkdirSync(`${root}/var/lib/dpkg/status.d`, { recursive: true });
  const entry =
    'Package: libstdc++6\nStatus: install ok installed\nMaintainer: Debian GCC <gcc@example.org>\nArchitecture: amd64\nVersion: 1:14.2.0-19+b1\n';
  writeFileSync(`${root}/var/lib/dpkg/status.d/libstdc++6`, entry);
  const npm = npmSbom();
  const sbom = withDebianPackages(npm, root);
  t.equal(sbom.components.length, npm.components.length + 1);
  t.match(sbom.components.at(-1), {
    name: 'libstdc++6',
    version: '1:14.2.0-19+b1',
    purl: 'pkg:deb/debian/libstdc%2B%2B6@1%3A14.2.0-19%2Bb1?arch=amd64&distro=debian-13',
    supplier: { name: 'Debian GCC <gcc@example.org>' },
  });
});
