// The files of the node: certificates, kubeconfigs, the kubelet's, containerd's and CNI's configuration. Writes files and starts nothing but openssl.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAUSE_IMAGE } from '../helpers/images.ts';

export const NODE_NAME = 'node-a';
/** Neither the kubelet nor the API server takes an address of the loopback for its own. */
export const NODE_IP = '10.99.0.1';
/** `kubernetes.default`: the first address of the services' range. */
export const SERVICE_IP = '10.96.0.1';
export const API_PORT = 16_443;
export const POD_BRIDGE = 'ptk-pods';
export const SOCKET = '/run/containerd/containerd.sock';

/** Everything in `directory`: `pki/NAME.crt` and `.key`, NAME.conf of `admin` and `kubelet`, kubelet.yaml, containerd.toml, cni/. */
export function writeSettings(directory: string): void {
  for (const name of ['pki', 'cni', 'kubelet', 'plugins']) mkdirSync(join(directory, name));
  writeCertificates(join(directory, 'pki'));
  for (const user of ['admin', 'kubelet']) writeFileSync(join(directory, `${user}.conf`), kubeconfig(directory, user));
  writeFileSync(join(directory, 'kubelet.yaml'), kubeletConfiguration(directory));
  writeFileSync(join(directory, 'containerd.toml'), containerdConfiguration(directory));
  writeFileSync(join(directory, 'cni/10-pods.conflist'), JSON.stringify(networks(directory)));
}

function writeCertificates(pki: string): void {
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: pki, stdio: ['ignore', 'ignore', 'pipe'] });
  const newKey = ['-newkey', 'rsa:2048', '-nodes'];
  openssl('req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=podtree-test', '-keyout', 'ca.key', '-out', 'ca.crt');
  const issue = (name: string, subject: string, names: string) => {
    openssl('req', '-new', ...newKey, '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    writeFileSync(join(pki, `${name}.ext`), `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\n`);
    const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...authority, '-days', '2', '-extfile', `${name}.ext`, '-out', `${name}.crt`);
  };
  issue('apiserver', '/CN=kube-apiserver', `DNS:kubernetes.default.svc,IP:${SERVICE_IP},IP:${NODE_IP}`);
  issue('admin', '/O=system:masters/CN=admin', 'DNS:admin');
  issue('kubelet', `/O=system:nodes/CN=system:node:${NODE_NAME}`, `DNS:${NODE_NAME},IP:${NODE_IP}`);
  issue('podtree', '/CN=podtree', 'DNS:podtree.podtree.svc');
  openssl('genrsa', '-out', 'sa.key', '2048');
  openssl('rsa', '-in', 'sa.key', '-pubout', '-out', 'sa.pub');
}

function kubeconfig(directory: string, user: string): string {
  const pki = join(directory, 'pki');
  return `apiVersion: v1
kind: Config
clusters: [{name: test, cluster: {server: 'https://${NODE_IP}:${API_PORT}', certificate-authority: ${pki}/ca.crt}}]
users: [{name: ${user}, user: {client-certificate: ${pki}/${user}.crt, client-key: ${pki}/${user}.key}}]
contexts: [{name: test, context: {cluster: test, user: ${user}}}]
current-context: test
`;
}

function kubeletConfiguration(directory: string): string {
  const pki = join(directory, 'pki');
  return `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: ${NODE_IP}
readOnlyPort: 0
healthzBindAddress: 127.0.0.1
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: ${pki}/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: ${pki}/kubelet.crt
tlsPrivateKeyFile: ${pki}/kubelet.key
cgroupDriver: cgroupfs
failSwapOn: false
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
resolvConf: ""
makeIPTablesUtilChains: false
evictionHard: {memory.available: 100Mi}
imageGCHighThresholdPercent: 100
enforceNodeAllocatable: [pods]
volumePluginDir: ${directory}/plugins
`;
}

function containerdConfiguration(directory: string): string {
  const unneeded = ['aufs', 'btrfs', 'devmapper', 'zfs'].map((name) => `io.containerd.snapshotter.v1.${name}`);
  return `version = 2
root = "${directory}/root"
state = "${directory}/state"
disabled_plugins = ${JSON.stringify(unneeded)}
[grpc]
  address = "${SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  stream_server_address = "127.0.0.1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${directory}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
`;
}

function networks(directory: string): object {
  const ipam = {
    type: 'host-local',
    dataDir: `${directory}/ipam`,
    ranges: [[{ subnet: '10.244.0.0/24' }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  // A gateway, so that pods reach the node's addresses, and the kubelet the pods.
  const bridge = { type: 'bridge', bridge: POD_BRIDGE, isGateway: true, ipMasq: false, ipam };
  return { cniVersion: '0.4.0', name: POD_BRIDGE, plugins: [bridge, { type: 'portmap', capabilities: { portMappings: true } }] };
}
