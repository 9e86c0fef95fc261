// Which workload a pod belongs to: what the API server says, where it is asked, else from the labels that controllers give to their pods.
import type { Pod } from '../tree/model.ts';

/** `Deployment web`, `DaemonSet kube-proxy`, `StatefulSet db`, `Job backup`, `static pod`; undefined where nothing tells. */
export function ownerOf({ uid, name, labels, controller }: Pick<Pod, 'uid' | 'name' | 'labels' | 'controller'>): string | undefined {
  // A static pod's uid is a hash and not a UUID (kubelet pkg/kubelet/config/common.go, applyDefaults).
  if (/^[0-9a-f]{32}$/.test(uid)) return 'static pods';
  if (controller !== undefined) return `${controller.kind} ${controller.name}`;
  const job = labels['batch.kubernetes.io/job-name'] ?? labels['job-name'];
  if (job !== undefined) return `Job ${job}`;
  if (name === undefined) return undefined;
  const template = labels['pod-template-hash'];
  if (template !== undefined) return `Deployment ${withoutEnd(name, `-${template}-`)}`;
  if (labels['statefulset.kubernetes.io/pod-name'] !== undefined) return `StatefulSet ${name.replace(/-\d+$/, '')}`;
  if (labels['controller-revision-hash'] !== undefined) {
    return /-\d+$/.test(name) ? `StatefulSet ${name.replace(/-\d+$/, '')}` : `DaemonSet ${name.replace(/-[a-z0-9]{5}$/, '')}`;
  }
  return undefined;
}

/** What is before the last place of `mark`; the whole text where it is not in it. */
function withoutEnd(text: string, mark: string): string {
  const at = text.lastIndexOf(mark);
  return at <= 0 ? text : text.slice(0, at);
}
