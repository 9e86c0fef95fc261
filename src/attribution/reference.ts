// How events refer to pods, containers and namespaces: by id, with names where they are known.
import type { NamespaceType } from '../kernel/identity.ts';

export interface PodRef {
  readonly uid: string;
  readonly namespace?: string;
  readonly name?: string;
}

export interface ContainerRef {
  readonly id: string;
  readonly name: string;
}

export interface SandboxRef {
  readonly id: string;
  readonly attempt: number;
}

export interface NamespaceRef {
  readonly type: NamespaceType;
  readonly inode: number;
  readonly id: string;
}

/** Who joined a pod's namespace: runtime (runc, crun, a shim, containerd itself while it makes a container), cni (a plugin the runtime started),
 * exec (the runtime on its way to an exec in a running container), kubelet, pod (the pod's own process), foreign (anybody else). */
export type JoinedBy = 'runtime' | 'cni' | 'exec' | 'kubelet' | 'pod' | 'foreign';
