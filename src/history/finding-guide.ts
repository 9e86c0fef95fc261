// What each finding about a pause's death means, what to do about it, and which of several is told first.
import type { Cause, Finding, FindingCode } from '../cause/cause.ts';

export interface FindingGuide {
  /** reason: it says why the pause died. circumstance: it does where nobody else is to blame. remark: what was odd about the death. */
  readonly role: 'reason' | 'circumstance' | 'remark';
  readonly meaning: string;
  readonly advice: string;
}

/** The most telling first. */
export const FINDING_GUIDE: Readonly<Record<FindingCode, FindingGuide>> = {
  'cgroup-driver-mismatch': {
    role: 'circumstance',
    meaning:
      "The kubelet uses systemd's cgroup driver and the runtime does not, as the shape of the cgroup's path shows: systemd may take the pod's slice for empty and stop it.",
    advice:
      'containerd: `SystemdCgroup = true` in the options of the runc runtime; CRI-O: `cgroup_manager = "systemd"`; it must be what `cgroupDriver` of the kubelet says. Then restart both.',
  },
  'shim-died-first': {
    role: 'reason',
    meaning: "The sandbox's shim died before the pause: what the runtime reports as the exit is then made up.",
    advice: "The runtime's log and the kernel's say whether the shim crashed or was killed, and by whom.",
  },
  'memory-daemon': {
    role: 'reason',
    meaning: 'A daemon that kills before memory runs out (systemd-oomd, earlyoom and the like) chose the pause or its cgroup.',
    advice: "Its log names the threshold. Give the pods' slice another one, or leave it out; look at what filled the memory.",
  },
  'kubelet-cleanup': {
    role: 'reason',
    meaning: "The kubelet itself killed what was left in the pod's cgroup: it takes the pod for gone.",
    advice: "The kubelet's log says why (orphaned pod, failed start): was its manifest changed, or the pod deleted by force?",
  },
  'pod-deleted': {
    role: 'circumstance',
    meaning:
      'The API server had the pod marked for deletion before, or had it no more: by hand, by its controller, by a drain of the node or an eviction.',
    advice: "Nothing, if it was meant. Who asked for it is in the API server's audit log; a controller says it in its Events.",
  },
  'address-lost': {
    role: 'reason',
    meaning:
      "The pause was well when the runtime ended it: the runtime had lost the pod's address, and the kubelet replaces such a sandbox.",
    advice: 'containerd 1.6.9 to 1.6.14 lose addresses when they are restarted: update. Otherwise look at the CNI plugin and its cache.',
  },
  'runtime-restarted': {
    role: 'circumstance',
    meaning: 'The container runtime was restarted shortly before. Pods should outlive that.',
    advice: 'Find who restarted it and when; when many pods of the node died with this one, it is one incident.',
  },
  'cgroup-kill': {
    role: 'reason',
    meaning: 'The whole cgroup was killed at once by a write to its `cgroup.kill`, not this process alone.',
    advice: 'Look at who wrote it: a service manager that stops a slice, a runtime, an OOM daemon.',
  },
  'pid-namespace-ended': {
    role: 'reason',
    meaning: 'A pid namespace around the pause ended: when its first process died, the kernel killed all that was in it.',
    advice: 'Look at what ended that first process: it may be the init of a node that is itself a container.',
  },
  'never-had-container': {
    role: 'remark',
    meaning: 'The sandbox came and went without a container ever running in it.',
    advice: '`kubectl describe pod` says what kept the containers from starting: an image, a volume, a hook, the network.',
  },
  'containers-still-ran': {
    role: 'remark',
    meaning: 'Containers of the pod still ran when the runtime ended the pause: this was no ordinary stop.',
    advice: "The kubelet's log says why it gave the sandbox up with its containers running.",
  },
  'exit-code-differs': {
    role: 'remark',
    meaning: "The runtime reports another exit code of the pause or of a container than the kernel. The kernel's is the true one.",
    advice: "Do not trust the runtime's code. It is made up when a shim dies: look at its log.",
  },
};

const CODES: readonly string[] = Object.keys(FINDING_GUIDE);

/** The most telling first; what a newer agent finds and this program does not know comes after the reasons that it knows. */
export function byImportance(cause: Cause): Finding[] {
  const rank = (finding: Finding): number => {
    const index = CODES.indexOf(finding.code);
    return (isReason(finding, cause) ? 0 : CODES.length + 1) + (index === -1 ? CODES.length : index);
  };
  return cause.findings.toSorted((a, b) => rank(a) - rank(b));
}

/** Those of them that say why. When a person or a pod sent the signal, the circumstances do not. */
export function reasonsOf(cause: Cause): Finding[] {
  return byImportance(cause).filter((finding) => isReason(finding, cause));
}

/** The one to tell where there is room for one. Beside somebody who did it, only a reason is worth that. */
export function mainFinding(cause: Cause): Finding | undefined {
  return isSomebody(cause) ? reasonsOf(cause)[0] : byImportance(cause)[0];
}

/** The sender is nothing that belongs to the node's own machinery. */
export function isSomebody({ sender }: Cause): boolean {
  return sender !== undefined && (sender.pod !== undefined || sender.loginUid !== undefined || sender.tty !== undefined);
}

function isReason({ code }: Finding, cause: Cause): boolean {
  // Of an agent that is newer than this program.
  const guide: FindingGuide | undefined = FINDING_GUIDE[code];
  return guide === undefined || guide.role === 'reason' || (guide.role === 'circumstance' && !isSomebody(cause));
}
