#!/bin/bash
# Runs inside the machine that machine.ts boots, as a service after multi-user.target; says on the second serial line what works and what not.
exec > /dev/ttyS1 2>&1

unit=podtree.service

check() { # name, command…
  local name=$1 out
  shift
  if out=$("$@" 2>&1); then echo "ok $name"; else echo "not ok $name: $(echo "$out" | tail -n 3 | tr '\n' ' ')"; fi
}
until_true() { # seconds, command…
  local deadline=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1; do
    ((SECONDS < deadline)) || { "$@"; return 1; }
    sleep 1
  done
}
is() { [[ $1 == "$2" ]] || { echo "is $1 and not $2"; return 1; }; }
fails() { ! "$@"; }
property() { systemctl show --value --property="$1" $unit; }
watches() { [[ $(property StatusText) == watching* ]]; }
pause() { podtree tree -o json | grep -o '"pause":{"pid":[0-9]*' | head -n 1 | grep -o '[0-9]*$'; }
why() { podtree why example-pod | grep -q "killed: SIGKILL from bash"; }
nothing_left() {
  local left
  left=$(find / -xdev -name '*podtree*' -not -path '/root/*' -not -path '/proc/*' -not -path '/var/log/*' -not -path '/run/*' -not -name 'podtree-machine*')
  [[ -z $left ]] || { echo "$left"; return 1; }
}

echo "# $(uname -r), systemd $(systemctl --version | head -n 1 | cut -d ' ' -f 2), $(bpftrace --version)"
check 'systemd has pid 1' is "$(cat /proc/1/comm)" systemd
# Emulated, everything takes ten times as long.
mkdir -p /etc/systemd/system/$unit.d
printf '[Service]\nTimeoutStartSec=900\nWatchdogSec=0\n' > /etc/systemd/system/$unit.d/podtree-machine.conf

check 'dpkg --install' dpkg --install /root/podtree.deb
check 'it is enabled' is "$(systemctl is-enabled $unit)" enabled
check 'it becomes ready' until_true 900 watches
check 'it is active' is "$(property ActiveState)" active
check 'agent and bpftrace are shut in' is "$(grep -h '^Seccomp:' /proc/{"$(property MainPID)","$(pgrep -P "$(property MainPID)" bpftrace)"}/status | tr -s '\n\t' ' ')" 'Seccomp: 2 Seccomp: 2 '

podtree demo > /root/demo.log 2>&1 &
check 'the example pod is seen' until_true 300 pause
kill -9 "$(pause)"
check 'it says who killed a pause' until_true 120 why

check 'systemctl reload' systemctl reload $unit
echo 'logLevel: loud' >> /etc/podtree/podtree.yaml
check 'systemctl reload with a wrong file fails' fails systemctl reload $unit
check 'and changes nothing' is "$(property ActiveState)" active
sed -i '$d' /etc/podtree/podtree.yaml
check 'systemctl restart' systemctl restart $unit
check 'it is ready again' until_true 900 watches
check 'and knows what was' why

check 'dpkg --remove' dpkg --remove podtree
check 'no process is left' fails pgrep -x bpftrace
check 'its settings and its history are' ls /etc/podtree/podtree.yaml /var/lib/podtree/history.db
check 'dpkg --purge' dpkg --purge podtree
rm -r /etc/systemd/system/$unit.d
check 'nothing is left' nothing_left
echo done
poweroff
