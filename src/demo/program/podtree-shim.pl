# Plays the shim and the low-level runtime for one container of the demo pod: makes or joins its namespaces, starts it, reaps it.
#
# Run as root by src/demo/shim.ts, with settings as key=value words, then `--` and the program (a path and its argv, argv[0] included):
#   cgroup=DIR     enter this cgroup before anything else (one for each hierarchy)
#   join=PID       setns into ipc, uts and net of this process; without it new ones are made, and the rest is for those
#   within=ID      with join: refuse unless PID's cgroup path has this segment (a pid can have been reused)
#   hostname=NAME  of the new uts namespace
#   address=CIDR   of eth0 in the new net namespace
#   uid=N          what the program runs as
# Says on stdout: "running PID", or "failed REASON"; then "exited CODE SIGNAL". Takes on stdin: a signal's number a line.
# The end of stdin means that the supervisor is gone: the container is killed, so a crash leaves no process behind.
#
# Only perl-base is used: it is Essential on Debian and Ubuntu, so it is there when nothing else is.
use strict;
use warnings;
use POSIX qw(:sys_wait_h :errno_h);

# System calls perl has no name for: include/uapi/asm-generic/unistd.h (arm64), arch/x86/entry/syscalls/syscall_64.tbl.
my %NUMBERS = (
  x86_64  => { clone => 56,  prctl => 157, mount => 165, sethostname => 170, unshare => 272, setns => 308 },
  aarch64 => { clone => 220, prctl => 167, mount => 40,  sethostname => 161, unshare => 97,  setns => 268 },
);
my $machine = (POSIX::uname())[4];
my $number = $NUMBERS{$machine} or fail("no system call numbers for $machine: x86_64 and aarch64 are known");

use constant {
  CLONE_NEWNS => 0x00020000, CLONE_PARENT => 0x00008000, CLONE_NEWUTS => 0x04000000, CLONE_NEWIPC => 0x08000000,
  CLONE_NEWPID => 0x20000000, CLONE_NEWNET => 0x40000000, SIGCHLD => 17,
  MS_NOSUID => 2, MS_NODEV => 4, MS_NOEXEC => 8, MS_REC => 16384, MS_PRIVATE => 1 << 18,
  PR_SET_NO_NEW_PRIVS => 38,
};

my (%setting, @cgroups);
while (defined(my $word = shift @ARGV)) {
  last if $word eq '--';
  my ($key, $value) = split /=/, $word, 2;
  if ($key eq 'cgroup') { push @cgroups, $value } else { $setting{$key} = $value }
}
my ($program, @argv) = @ARGV;
$| = 1;

# Both pipes are close-on-exec: the report ends when the program has been loaded, the child pipe wakes select for SIGCHLD.
pipe(my $report_out, my $report_in) or fail("pipe: $!");
pipe(my $child_out, my $child_in) or fail("pipe: $!");
$SIG{CHLD} = sub { syswrite $child_in, 'c' };

my $runtime = fork() // fail("fork: $!");
if ($runtime == 0) {
  $SIG{CHLD} = 'DEFAULT';
  close $report_out;
  eval { start(); 1 } or syswrite $report_in, "failed $@";
  POSIX::_exit(0);
}
close $report_in;

my ($init, $failure, $text) = (0, '', '');
1 until eof_of($report_out);
for my $line (split /\n/, $text) {
  if ($line =~ /^pid (\d+)$/) { $init = $1 }
  elsif ($line =~ /^failed (.*)$/) { $failure ||= $1 }
}
if ($failure ne '' || !$init) {
  waitpid $_, 0 for grep { $_ } $init, $runtime;
  fail($failure || 'the container ended before it began');
}
print "running $init\n";
supervise();

# Reads on until the writers are gone. A signal (SIGCHLD of the runtime) interrupts the read, not the wait.
sub eof_of {
  my ($handle) = @_;
  my $read = sysread $handle, $text, 4096, length $text;
  return defined $read ? $read == 0 : $! != EINTR;
}

# In the runtime process: everything up to the container's first process, in the order of a real runtime.
sub start {
  if ($setting{join}) {
    # Opened before the check: if the pid were reused after it, these would still be the namespaces that were checked.
    my @namespaces = map { open_or_die("/proc/$setting{join}/ns/$_") } qw(ipc uts net);
    my $where = open_or_die("/proc/$setting{join}/cgroup");
    grep { m{/\Q$setting{within}\E$} } <$where> or die "process $setting{join} is not of sandbox $setting{within}\n";
    enter_cgroups();
    call('setns', fileno $_, 0) for @namespaces;
    call('unshare', CLONE_NEWPID | CLONE_NEWNS);
  } else {
    # The network comes first and outside the pod's cgroups, as where a CNI plugin makes it.
    call('unshare', CLONE_NEWNET);
    set_up_network();
    enter_cgroups();
    call('unshare', CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS);
  }
  # CLONE_PARENT: the container becomes the shim's child, not this process', which only leads the way.
  my $pid = syscall($number->{clone}, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
  die "clone: $!\n" if $pid < 0;
  if ($pid == 0) {
    eval { become_program(); 1 } or syswrite $report_in, "failed $@";
    POSIX::_exit(127);
  }
  syswrite $report_in, "pid $pid\n";
}

sub set_up_network {
  open my $ip, '|-', 'ip', '-batch', '-' or die "ip: $! (apt install iproute2)\n";
  # Both ends of the veth pair stay inside: the pod gets an eth0 that is up, the host gets nothing.
  print $ip "link set lo up\nlink add eth0 type veth peer name veth0\naddress add $setting{address} dev eth0\nlink set veth0 up\nlink set eth0 up\n";
  close $ip or die "ip could not set up the pod's network\n";
  # As containerd 2 does for its pods: port 80 needs no capability inside.
  write_file('/proc/sys/net/ipv4/ip_unprivileged_port_start', 0);
}

sub enter_cgroups {
  write_file("$_/cgroup.procs", 0) for @cgroups;
}

# Process 1 of the new pid namespace, just before it becomes the program.
sub become_program {
  POSIX::setsid();
  # Private, or the mount that follows would be the host's as well. Not the whole of `/`: in a chroot that is no mount point.
  my ($none, $proc, $proc_dir) = ('none', 'proc', '/proc');
  call('mount', $none, $proc_dir, 0, MS_REC | MS_PRIVATE, 0);
  call('mount', $proc, $proc_dir, $proc, MS_NOSUID | MS_NODEV | MS_NOEXEC, 0);
  if (defined $setting{hostname}) {
    my $name = $setting{hostname};
    call('sethostname', $name, length $name);
  }
  open STDIN, '<', '/dev/null' or die "/dev/null: $!\n";
  open STDOUT, '>', '/dev/null' or die "/dev/null: $!\n";
  open STDERR, '>', '/dev/null' or die "/dev/null: $!\n";
  close_inherited();
  chdir '/' or die "/: $!\n";
  my $uid = 0 + $setting{uid};
  $) = "$uid $uid";
  POSIX::setgid($uid) or die "setgid: $!\n";
  POSIX::setuid($uid) or die "setuid: $!\n";
  call('prctl', PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  %ENV = (PATH => '/usr/sbin:/usr/bin:/sbin:/bin', HOSTNAME => $setting{hostname} // '');
  exec { $program } @argv or die "$program: $!\n";
}

# What the starter of podtree left open is none of the container's business. The report pipe closes itself with the exec.
sub close_inherited {
  opendir my $listing, '/proc/self/fd' or die "/proc/self/fd: $!\n";
  my @open = grep { /^\d+$/ && $_ > 2 && $_ != fileno $report_in } readdir $listing;
  closedir $listing;
  POSIX::close($_) for @open;
}

# In the shim: passes signals on until the container has ended. It alone reaps the container, so a signal cannot hit a reused pid.
sub supervise {
  my $pending = '';
  my $bits = '';
  vec($bits, fileno STDIN, 1) = 1;
  vec($bits, fileno $child_out, 1) = 1;
  while (1) {
    while ((my $pid = waitpid -1, WNOHANG) > 0) {
      next if $pid != $init;
      printf "exited %d %d\n", $? >> 8, $? & 127;
      exit 0;
    }
    my $ready = $bits;
    next if select($ready, undef, undef, undef) < 0;
    sysread $child_out, my $drop, 64 if vec($ready, fileno $child_out, 1);
    next unless vec($ready, fileno STDIN, 1);
    my $read = sysread STDIN, $pending, 256, length $pending;
    next unless defined $read;
    if ($read == 0) {
      kill 'KILL', $init;
      vec($bits, fileno STDIN, 1) = 0;
    }
    while ($pending =~ s/^(\d+)\n//) { kill $1, $init }
  }
}

sub call {
  my ($name, @arguments) = @_;
  my $result = syscall($number->{$name}, @arguments);
  die "$name: $!\n" if $result < 0;
  return $result;
}

sub open_or_die {
  my ($path) = @_;
  open my $handle, '<', $path or die "$path: $!\n";
  return $handle;
}

sub write_file {
  my ($path, $value) = @_;
  open my $handle, '>', $path or die "$path: $!\n";
  syswrite($handle, "$value") // die "$path: $!\n";
  close $handle or die "$path: $!\n";
}

sub fail {
  my ($reason) = @_;
  $reason =~ s/\s+/ /g;
  print "failed $reason\n";
  exit 1;
}
