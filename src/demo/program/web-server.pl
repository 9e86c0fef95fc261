# The demo pod's web server: answers every request on port 80 with how many it has had; a master and one worker.
use strict;
use warnings;
use POSIX ();
use Socket;

socket(my $server, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($server, SOL_SOCKET, SO_REUSEADDR, pack 'l', 1);
bind($server, sockaddr_in(80, INADDR_ANY)) or die "port 80: $!";
listen($server, 16) or die "listen: $!";

my $worker = fork() // die "fork: $!";
serve() if $worker == 0;

# Process 1 of a pid namespace ignores every signal it has no handler for (pid_namespaces(7)).
$SIG{TERM} = $SIG{INT} = sub { kill 'TERM', $worker; POSIX::_exit(0) };
1 until waitpid($worker, 0) == $worker;
POSIX::_exit(1);

sub serve {
  my $requests = 0;
  while (1) {
    accept(my $client, $server) or next;
    setsockopt($client, SOL_SOCKET, SO_RCVTIMEO, pack 'l!l!', 2, 0);
    sysread $client, my $request, 4096;
    my $body = 'hello from web-server, request ' . ++$requests . "\n";
    local $SIG{PIPE} = 'IGNORE';
    syswrite $client, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
    close $client;
  }
}
