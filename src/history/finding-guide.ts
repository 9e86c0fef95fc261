// What each finding about a pause's death means, what to do about it, and which of several is told first.
import type { Finding, FindingCode } from '../cause/cause.ts';

export interface FindingGuide {
  /** It says why the pause died. The others say what was odd about it, or what it left. */
  readonly isReason: boolean;
  readonly meaning: string;
  readonly advice: string;
}

/** The most telling first. */
export const FINDING_GUIDE: Readonly<Record<FindingCode, FindingGuide>> = {
  'cgroup-driver-mismatch': {
    isReason: true,
    meaning:
      "The kubelet uses systemd's cgroup driver and the runtime does not, as the shape of the cgroup's path shows: systemd ends what it did not make.",
    advice:
      'containerd: `SystemdCgroup = true` in the options of the runc runtime; CRI-O: `cgroup_manager = "systemd"`; it must be what `cgroupDriver` of the kubelet says. Then restart both.',
  },
  'memory-daemon': {
    isReason: true,
    meaning: 'A daemon that kills before memory runs out (systemd-oomd, earlyoom and the like) chose the pause or its cgroup.',
    advice: "Its log names the threshold. Give the pods' slice another one, or leave it out; look at what filled the memory.",
  },
  'kubelet-cleanup': {
    isReason: true,
    meaning: "The kubelet itself killed what was left in the pod's cgroup: it takes the pod for gone.",
    advice: "The kubelet's log says why (orphaned pod, failed start): was its manifest changed, or the pod deleted by force?",
  },
  'address-lost': {
    isReason: true,
    meaning:
      "The pause was well when the runtime ended it: the runtime had lost the pod's address, and the kubelet replaces such a sandbox.",
    advice: 'containerd 1.6.9 to 1.6.14 lose addresses when they are restarted: update. Otherwise look at the CNI plugin and its cache.',
  },
  'runtime-restarted': {
    isReason: true,
    meaning: 'The container runtime was restarted shortly before. Pods should outlive that.',
    advice: 'Find who restarted it and when; when many pods of the node died with this one, it is one incident.',
  },
  'shim-died-first': {
    isReason: true,
    meaning: "The sandbox's shim died before the pause: what the runtime reports as the exit is then made up.",
    advice: "The runtime's log and the kernel's say whether the shim crashed or was killed, and by whom.",
  },
  'cgroup-kill': {
    isReason: true,
    meaning: 'The whole cgroup was killed at once by a write to its `cgroup.kill`, not this process alone.',
    advice: 'Look at who wrote it: a service manager that stops a slice, a runtime, an OOM daemon.',
  },
  'pid-namespace-ended': {
    isReason: true,
    meaning: 'Its pid namespace ended: when the first process of one dies, the kernel kills all that are in it.',
    advice: 'Look at what ended that first process; with a shared pid namespace the containers go as well.',
  },
  'never-had-container': {
    isReason: false,
    meaning: 'The sandbox came and went without a container ever running in it.',
    advice: '`kubectl describe pod` says what kept the containers from starting: an image, a volume, a hook, the network.',
  },
  'containers-still-ran': {
    isReason: false,
    meaning: 'Containers of the pod still ran when the runtime ended the pause: this was no ordinary stop.',
    advice: "The kubelet's log says why it gave the sandbox up with its containers running.",
  },
  'exit-code-differs': {
    isReason: false,
    meaning: "The runtime reports another exit than the kernel's. The kernel's is the true one.",
    advice: "Do not trust the runtime's code. It is made up when a shim dies: look at its log.",
  },
  'shim-died-after': {
    isReason: false,
    meaning: "The sandbox's shim died with or shortly after the pause.",
    advice: 'Nothing, when the sandbox was taken down. Otherwise look whether somebody killed both.',
  },
};

const RANK: ReadonlyMap<string, number> = new Map(Object.keys(FINDING_GUIDE).map((code, index) => [code, index]));

/** The most telling first; those that a newer agent knows and this program does not come last. */
export function byImportance(findings: readonly Finding[]): Finding[] {
  const rank = ({ code }: Finding): number => RANK.get(code) ?? RANK.size;
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

export function isReason({ code }: Finding): boolean {
  // Of an agent that is newer than this program.
  const guide: FindingGuide | undefined = FINDING_GUIDE[code];
  return guide?.isReason ?? true;
}
