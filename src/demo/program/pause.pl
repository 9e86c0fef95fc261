# The demo pod's pause: holds the pod's namespaces, reaps what is left to process 1, and ends with 0 on TERM or INT.
# The same behaviour as build/pause/linux/pause.c of Kubernetes.
use strict;
use warnings;
use POSIX ();

$SIG{TERM} = $SIG{INT} = sub { POSIX::_exit(0) };
# An ignored SIGCHLD makes the kernel reap the children (sigaction(2)).
$SIG{CHLD} = 'IGNORE';
POSIX::pause() while 1;
