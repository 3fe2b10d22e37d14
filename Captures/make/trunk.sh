# shellcheck shell=bash
# Four Open vSwitch bridges (in user space) between gateway and internet, for captures with VLAN tags:
#
#   gateway uplink-v ── tag 30 ──────────── br-p1 ══ trunk (tap: provider1) ══ br-p2 ── tag 30 ── internet downlink-v
#   gateway uplink-q ── tag 10 ── br-c1 ── tunnel 200 ─┘                           └─ 200 ── br-c2 ── downlink-q

# cable PORT1 PORT2 NUMBER — a cable between two ports of switches; longer frames than usual, for two tags.
cable() {
  ip -n trunk link add "$1" mtu 1600 address "02:00:00:02:00:0$3" type veth \
    peer name "$2" mtu 1600 address "02:00:00:02:01:0$3"
  no_offload trunk "$1"
  no_offload trunk "$2"
  ip -n trunk link set "$1" up
  ip -n trunk link set "$2" up
}

# drop HOST INTERFACE PORT ADDRESS — a cable from a router's interface to a switch's port; the router's link-layer
# address is the one it has on the plain link.
drop() {
  local plain=${2%-*}
  ip -n "$1" link add "$2" address "$(run "$1" cat "/sys/class/net/$plain/address")" type veth \
    peer name "$3" netns trunk
  run "$1" sysctl -qw "net.ipv6.conf.$2.disable_ipv6=1"
  ip -n "$1" address add "$4" dev "$2"
  no_offload "$1" "$2"
  no_offload trunk "$3"
  ip -n "$1" link set "$2" up
  ip -n trunk link set "$3" up
}

start_switches() {
  local bridge lane
  router trunk
  run trunk sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0 net.ipv6.conf.all.disable_ipv6=1 \
    net.ipv6.conf.default.disable_ipv6=1
  cable provider1 provider2 1
  cable customer1 tunnel1 2
  cable customer2 tunnel2 3
  for lane in v q; do
    drop gateway "uplink-$lane" "site-$lane" 192.0.2.1/32
    drop internet "downlink-$lane" "out-$lane" 203.0.113.254/32
  done

  mkdir -p "$LAB/ovs"
  export OVS_RUNDIR=$LAB/ovs OVS_LOGDIR=$LAB/ovs OVS_DBDIR=$LAB/ovs OVS_SYSCONFDIR=$LAB/ovs
  ovsdb-tool create "$LAB/ovs/conf.db" /usr/share/openvswitch/vswitch.ovsschema
  run trunk ovsdb-server "$LAB/ovs/conf.db" --remote="punix:$LAB/ovs/db.sock" --pidfile --detach -vconsole:off --log-file
  ovs-vsctl --no-wait init
  ovs-vsctl --no-wait set Open_vSwitch . other_config:vlan-limit=2
  run trunk ovs-vswitchd --pidfile --detach -vconsole:off --log-file
  for bridge in br-p1 br-p2 br-c1 br-c2; do
    ovs-vsctl add-br "$bridge" -- set Bridge "$bridge" datapath_type=netdev
  done
  local tunnel=(vlan_mode=dot1q-tunnel tag=200 other_config:qinq-ethtype=802.1ad)
  ovs-vsctl add-port br-p1 provider1 -- add-port br-p2 provider2 \
    -- add-port br-p1 site-v tag=30 -- add-port br-p2 out-v tag=30 \
    -- add-port br-p1 tunnel1 "${tunnel[@]}" -- add-port br-p2 tunnel2 "${tunnel[@]}" \
    -- add-port br-c1 customer1 -- add-port br-c2 customer2 \
    -- add-port br-c1 site-q tag=10 -- add-port br-c2 out-q tag=10
}

# lead_over LANE — which link (uplink, uplink-v, uplink-q) carries the traffic between site and internet.
lead_over() {
  local up=uplink-$1 down=downlink-$1
  if [[ $1 == link ]]; then
    up=uplink
    down=downlink
  fi
  ip -n gateway route replace default via 203.0.113.254 dev "$up" onlink src 192.0.2.1
  ip -n internet route replace 192.0.2.0/24 via 192.0.2.1 dev "$down" onlink src 203.0.113.254
}
