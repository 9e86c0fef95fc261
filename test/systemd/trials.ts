// The lines of [Service] that are tried on top of the unit, with what is expected of each and why.

export interface Candidate {
  /** Several are joined with `; `. */
  readonly line: string;
  /** What the agent says when it does not work; absent when it does. */
  readonly fails?: RegExp;
  /** Why it works or not, as docs/systemd.md says it. */
  readonly because: string;
}

export const TRIALS: readonly Candidate[] = [
  { line: '', because: 'the unit as it is' },
  {
    line: 'CapabilityBoundingSet=~CAP_SYS_ADMIN',
    fails: /without CAP_SYS_ADMIN and without CAP_BPF/,
    because: 'bpftrace 0.17 asks the kernel for its types (BPF_BTF_GET_FD_BY_ID)',
  },
  {
    line: 'CapabilityBoundingSet=; CapabilityBoundingSet=CAP_BPF CAP_PERFMON CAP_SYS_PTRACE CAP_IPC_LOCK',
    fails: /bpftrace 0\.17\.0 ended with exit code 1/,
    because: 'the same',
  },
  {
    line: 'CapabilityBoundingSet=~CAP_SYS_PTRACE',
    fails: /namespaces cannot be read/,
    because: 'namespaces and executables of other processes cannot be read',
  },
  {
    line: 'CapabilityBoundingSet=~CAP_IPC_LOCK',
    fails: /Failed to open perf buffer/,
    because: 'perf buffers beyond 516 KiB; where LimitMEMLOCK= can be raised it works',
  },
  { line: 'MemoryDenyWriteExecute=yes', fails: /does not start: signal/, because: 'Node.js and bpftrace compile at run time' },
  {
    line: 'User=nobody',
    fails: /namespaces cannot be read/,
    because: 'namespaces of other users cannot be read, and bpftrace 0.17 runs as root only',
  },
  { line: 'PrivateUsers=yes', fails: /namespaces cannot be read/, because: "the host's namespaces cannot be read from a user namespace" },
  { line: 'ProcSubset=pid', fails: /no cgroup file system is mounted/, because: 'mounts, cgroups and clocks are read below /proc' },
  { line: 'PrivateNetwork=yes', fails: /nothing listens there/, because: 'nobody can reach the stream' },
  { line: 'RestrictAddressFamilies=~AF_INET', fails: /EAFNOSUPPORT/, because: 'the same' },
  { line: 'IPAddressDeny=any', fails: /cannot reach the agent/, because: 'the same' },
  { line: 'IPAddressDeny=any; IPAddressAllow=localhost', because: 'sinks of alerts elsewhere need their addresses as well' },
  { line: 'SystemCallFilter=~@privileged', fails: /unknown type name/, because: 'bpf and perf_event_open are in it' },
];
