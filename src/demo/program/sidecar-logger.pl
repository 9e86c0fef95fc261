# The demo pod's sidecar: every two seconds a short-lived child fetches localhost:80, where the web server of the same pod listens.
use strict;
use warnings;
use POSIX ();
use Socket;

# Process 1 of a pid namespace ignores every signal it has no handler for (pid_namespaces(7)).
$SIG{TERM} = $SIG{INT} = sub { POSIX::_exit(0) };
while (1) {
  my $child = fork() // die "fork: $!";
  if ($child == 0) {
    $SIG{TERM} = $SIG{INT} = 'DEFAULT';
    fetch();
    POSIX::_exit(0);
  }
  1 until waitpid($child, 0) == $child;
  sleep 2;
}

sub fetch {
  socket(my $server, PF_INET, SOCK_STREAM, 0) or return;
  connect($server, sockaddr_in(80, INADDR_LOOPBACK)) or return;
  syswrite $server, "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n";
  1 while sysread $server, my $answer, 4096;
}
