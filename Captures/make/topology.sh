# shellcheck shell=bash
# The network that the captures are taken in; sourced by make-captures, which has already moved the script into
# network, mount, process and host-name namespaces of its own: nothing here can reach the host's network, and all of
# it disappears with the script.
#
#   web  192.0.2.80 ─┐                              ┌─ example7 .7, example9 .9, example20 .20 …
#   mail 192.0.2.25 ─┤         uplink               │  (198.51.100.0/24, 2001:db8:100::/64)
#   ssh  192.0.2.22 ─┼─ gateway ═(tap)═ internet ───┤
#   dns  192.0.2.53 ─┤                              └─ vpn .9, exit .70, nat .130, relay .197, clients .210-.213,
#   shop .90, front .81, files .21                     former .140, sender .220
#   (192.0.2.0/24, 2001:db8:2::/64)                    (203.0.113.0/24)
#
# Documentation prefixes only (RFC 5737, RFC 3849); every link-layer address is locally administered (02:…).

LAB=/run/lab

# run HOST COMMAND... — runs a command in a host's network namespace.
run() {
  local host=$1
  shift
  ip netns exec "$host" "$@"
}

# quiet_kernel HOST — the settings every namespace shares; kept here so that captures hold traffic, not chatter.
quiet_kernel() {
  run "$1" sysctl -qw net.ipv6.conf.all.accept_ra=0 net.ipv6.conf.default.accept_ra=0 \
    net.ipv6.conf.default.router_solicitations=0 net.ipv6.conf.default.accept_dad=0 \
    net.ipv4.tcp_synack_retries=2 net.ipv4.conf.all.arp_announce=2 \
    net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
}

# no_offload HOST INTERFACE — checksums are computed and segments cut before the packet leaves the host.
no_offload() {
  run "$1" ethtool -K "$2" tx off rx off tso off gso off gro off >/dev/null
}

router() {
  ip netns add "$1"
  quiet_kernel "$1"
  ip -n "$1" link set lo up
  run "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# segment ROUTER NAME MAC ADDRESS4 ADDRESS6 — a switch with the router's addresses on it.
segment() {
  ip -n "$1" link add "$2" address "$3" type bridge mcast_snooping 0 forward_delay 0
  ip -n "$1" address add "$4" dev "$2"
  ip -n "$1" address add "$5" dev "$2" nodad
  ip -n "$1" link set "$2" up
}

# host NAME ROUTER SEGMENT MAC-SUFFIX GATEWAY4 GATEWAY6 ADDRESS... — a host on a segment; its interface is eth0.
host() {
  local name=$1 router=$2 segment=$3 suffix=$4 gateway4=$5 gateway6=$6 address
  shift 6
  ip netns add "$name"
  quiet_kernel "$name"
  ip -n "$name" link set lo up
  ip -n "$router" link add "to-$name" address "02:00:00:01:$suffix" type veth \
    peer name eth0 netns "$name" address "02:00:00:00:$suffix"
  ip -n "$router" link set "to-$name" master "$segment" up
  no_offload "$router" "to-$name"
  no_offload "$name" eth0
  for address in "$@"; do
    case $address in
    *:*) ip -n "$name" address add "$address" dev eth0 nodad ;;
    *) ip -n "$name" address add "$address" dev eth0 ;;
    esac
  done
  ip -n "$name" link set eth0 up
  ip -n "$name" route add default via "$gateway4"
  if [[ " $* " == *:* ]]; then ip -n "$name" -6 route add default via "$gateway6"; fi
}

inside() {
  local name=$1 suffix=$2
  shift 2
  host "$name" gateway site "$suffix" 192.0.2.1 2001:db8:2::1 "$@"
}

example() {
  local name=$1 suffix=$2
  shift 2
  host "$name" internet example "$suffix" 198.51.100.1 2001:db8:100::1 "$@"
}

world() {
  local name=$1 suffix=$2
  shift 2
  host "$name" internet world "$suffix" 203.0.113.254 2001:db8:300::1 "$@"
}

build_topology() {
  router gateway
  router internet
  segment gateway site 02:00:00:00:02:01 192.0.2.1/24 2001:db8:2::1/64
  segment internet example 02:00:00:00:64:01 198.51.100.1/24 2001:db8:100::1/64
  segment internet world 02:00:00:00:71:fe 203.0.113.254/24 2001:db8:300::1/64

  # The monitored link; no prefix of its own.
  ip -n gateway link add uplink address 02:00:00:00:00:01 type veth \
    peer name downlink netns internet address 02:00:00:00:00:02
  no_offload gateway uplink
  no_offload internet downlink
  ip -n gateway link set uplink addrgenmode none
  ip -n internet link set downlink addrgenmode none
  ip -n gateway address add 192.0.2.1/32 dev uplink
  ip -n internet address add 203.0.113.254/32 dev downlink
  ip -n gateway address add fe80::1/64 dev uplink nodad
  ip -n internet address add fe80::2/64 dev downlink nodad
  ip -n gateway link set uplink up
  ip -n internet link set downlink up
  ip -n gateway route add default via 203.0.113.254 dev uplink onlink src 192.0.2.1
  ip -n internet route add 192.0.2.0/24 via 192.0.2.1 dev downlink onlink src 203.0.113.254
  ip -n gateway -6 route add default via fe80::2 dev uplink
  ip -n internet -6 route add 2001:db8:2::/64 via fe80::1 dev downlink

  inside web 02:50 192.0.2.80/24 2001:db8:2::80/64
  inside mail 02:19 192.0.2.25/24 2001:db8:2::25/64
  inside ssh 02:16 192.0.2.22/24
  inside dns 02:35 192.0.2.53/24
  inside shop 02:5a 192.0.2.90/24
  inside front 02:51 192.0.2.81/24
  inside files 02:15 192.0.2.21/24

  example example7 64:07 198.51.100.7/24 2001:db8:100::7/64
  example example9 64:09 198.51.100.9/24 2001:db8:100::9/64 \
    198.51.100.70/24 198.51.100.84/24 198.51.100.130/24 198.51.100.200/24
  example example20 64:14 198.51.100.20/24
  example example30 64:1e 198.51.100.30/24
  example example99 64:63 198.51.100.99/24

  world vpn 71:09 203.0.113.9/24
  world exit 71:46 203.0.113.70/24
  world nat 71:82 203.0.113.130/24
  world relay 71:c5 203.0.113.197/24
  world clients 71:d2 203.0.113.210/24 203.0.113.211/24 203.0.113.212/24 203.0.113.213/24 203.0.113.203/24
  world former 71:8c 203.0.113.140/24
  world sender 71:dc 203.0.113.220/24
}

# The tap: tcpdump (or dumpcap for pcapng) at the gateway's side of the uplink. start_* returns once it listens;
# $TAP is the capture program itself (`ip netns exec` becomes the program it runs).

# start_tcpdump HOST INTERFACE FILE [OPTION...]
start_tcpdump() {
  local host=$1 interface=$2 file=$3
  shift 3
  rm -f "$LAB/tap.log"
  ip netns exec "$host" tcpdump -q -i "$interface" -U -Z root "$@" -w "$file" 2>"$LAB/tap.log" &
  TAP=$!
  await grep -q 'listening on' "$LAB/tap.log"
}

# start_dumpcap FILE — dumpcap writes the kernel's release into the file; the shim leaves the system's name only.
start_dumpcap() {
  printf '%s\n' '#include <string.h>' '#include <sys/utsname.h>' \
    'int uname(struct utsname *u) { memset(u, 0, sizeof *u); strcpy(u->sysname, "Linux"); return 0; }' |
    "${CC:-cc}" -shared -fPIC -x c -o "$LAB/uname.so" -
  rm -f "$LAB/tap.log"
  ip netns exec gateway env LD_PRELOAD="$LAB/uname.so" dumpcap -q -i uplink -w "$1" 2>"$LAB/tap.log" &
  TAP=$!
  await grep -q '^File:' "$LAB/tap.log"
}

# stop_tap FILE... — the last packets are given a second to arrive; the capture program writes its totals and ends.
stop_tap() {
  sleep 1
  kill "$TAP"
  wait "$TAP" || true
  chmod 644 "$@"
  grep -iE 'captured|received|dropped' "$LAB/tap.log" >&2 || true
}

# await COMMAND... — waits until the command succeeds, at most ten seconds.
await() {
  local attempt
  for ((attempt = 0; attempt < 100; attempt++)); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  echo "make-captures: gave up waiting for: $*" >&2
  return 1
}
