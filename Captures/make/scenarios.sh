# shellcheck shell=bash
# One function for each capture. What a capture shows, and the verdicts expected of it, stand in ../README.md.

BROWSER='Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'

# send_mail HOST SUBJECT NUMBER [SWAKS-OPTION...] — a mail of alice's, submitted with her password.
send_mail() {
  local host=$1 program=(swaks)
  if [[ $host == proxied-* ]]; then
    host=${host#proxied-}
    program=(proxychains4 -q -f "$LAB/proxychains.conf" swaks)
  fi
  printf '%s\n' "Date: $(date -uR)" 'From: Alice <alice@example.com>' 'To: Staff <staff@example.com>' \
    "Subject: $2" "Message-ID: <demonstration-$3@example.com>" '' \
    'This is a demonstration. Nobody is threatened, nothing is demanded.' >"$LAB/letter"
  run "$host" "${program[@]}" --silent 2 --helo client.example.net --from alice@example.com --to staff@example.com \
    --auth PLAIN --auth-user alice@example.com --auth-password not-a-secret --data "@$LAB/letter" "${@:4}"
}

# person_web HOST CURL-OPTION... — the person's browser: one cookie jar, wherever the connection comes from.
person_web() {
  local host=$1
  shift
  run "$host" curl -4 -sS -o /dev/null -A "$BROWSER" -b "$LAB/jar" -c "$LAB/jar" "$@"
}

# threat N — the form's fields.
threat() {
  printf 'name=alice&mail=alice%%40example.com&text=Threat+to+executives+(demonstration)+%d' "$1"
}

# browse ADDRESS PAGE — somebody else.
browse() {
  run clients curl -4 -sS -o /dev/null --interface "$1" "http://www.example/$2"
}

# A person posts and mails through a proxy, is careless for a moment, and returns to the proxy.
make_story() {
  local mail=(--server mail.example) proxied=(--socks5-hostname 203.0.113.9:1080)
  rm -f "$LAB/jar"
  start_dumpcap "$OUT/story.pcapng"

  browse 203.0.113.210 index.html
  browse 203.0.113.211 news.html
  run clients dig +short +tries=1 -b 203.0.113.212 @192.0.2.53 example MX >/dev/null

  # Through the proxy.
  person_web example7 "${proxied[@]}" http://www.example/index.html
  person_web example7 "${proxied[@]}" -d "$(threat 1)" http://www.example/contact
  sleep 6
  send_mail proxied-example7 'Threat to executives (demonstration)' 1 "${mail[@]}"
  browse 203.0.113.212 staff.html
  run former curl -4 -sS -o /dev/null http://www.example/staff.html
  sleep 6
  person_web example7 "${proxied[@]}" -d "$(threat 2)" http://www.example/contact

  # Meanwhile: a scan, SYNs that another host sends in the name of 198.51.100.99, a visitor who types a forwarding
  # header, and a connection from the inside out.
  run example20 nmap -sS -n -Pn -T4 --max-retries 1 -p 22,25,53,80,110,143,443,3306,8080,8443 \
    192.0.2.25 192.0.2.80 >/dev/null
  run sender hping3 -q -n -a 198.51.100.99 -S -p 80 -c 4 -i u200000 192.0.2.80 >/dev/null 2>&1 || true
  run clients curl -4 -sS -o /dev/null --interface 203.0.113.213 -H 'X-Forwarded-For: 198.51.100.7' \
    -d "$(threat 0)" http://www.example/contact
  run web curl -4 -sS -o /dev/null http://198.51.100.30/index.html
  sleep 6

  # The slip: the same person, the same session and account, without the proxy.
  person_web example7 -d "$(threat 3)" http://www.example/contact
  sleep 3
  send_mail example7 'Threat to executives (demonstration)' 2 "${mail[@]}"
  browse 203.0.113.211 index.html
  sleep 12

  # Back to the proxy.
  person_web example7 "${proxied[@]}" -d "$(threat 4)" http://www.example/contact
  sleep 3
  send_mail proxied-example7 'Threat to executives (demonstration)' 3 "${mail[@]}"
  browse 203.0.113.210 news.html
  stop_tap "$OUT/story.pcapng"
}

# Mail from the exclusive range, over IPv4 and IPv6.
make_mail() {
  start_tcpdump gateway uplink "$OUT/mail.pcap"
  send_mail example7 'Threat to executives (demonstration)' 11 --server 192.0.2.25
  sleep 1
  send_mail example9 'Threat to executives (demonstration)' 12 --server 2001:db8:2::25
  stop_tap "$OUT/mail.pcap"
}

# A form posted from the exclusive range, over IPv4 and IPv6.
make_http_post() {
  start_tcpdump gateway uplink "$OUT/http-post.pcap" --time-stamp-precision nano
  run example9 curl -sS -o /dev/null -A "$BROWSER" -d "$(threat 1)" http://192.0.2.80/contact
  sleep 1
  run example9 curl -sS -o /dev/null -A "$BROWSER" -d "$(threat 2)" 'http://[2001:db8:2::80]/contact'
  stop_tap "$OUT/http-post.pcap"
}

# The same TLS 1.2 session first through the proxy, then resumed directly with its ticket; and a TLS 1.3 connection.
make_tls() {
  local client=(openssl s_client -quiet -ign_eof -tls1_2 -connect 192.0.2.80:443 -servername www.example)
  printf 'GET /news.html HTTP/1.1\r\nHost: www.example\r\nConnection: close\r\n\r\n' >"$LAB/request"
  start_tcpdump gateway uplink "$OUT/tls.pcap"
  run example7 proxychains4 -q -f "$LAB/proxychains.conf" "${client[@]}" -sess_out "$LAB/session" \
    <"$LAB/request" >/dev/null 2>&1
  sleep 2
  run example7 "${client[@]}" -sess_in "$LAB/session" <"$LAB/request" >/dev/null 2>&1
  sleep 1
  run example9 curl -4 -k -sS -o /dev/null -A "$BROWSER" --resolve www.example:443:192.0.2.80 \
    -d "$(threat 1)" https://www.example/contact
  stop_tap "$OUT/tls.pcap"
}

# Sessions that go on through the proxy: a TLS 1.2 session with the ticket that it was issued with directly; and one key
# of TLS 1.3, shown directly and then through the proxy.
make_resumption() {
  local client=(openssl s_client -quiet -ign_eof -connect 192.0.2.80:443 -servername www.example)
  local proxied=(proxychains4 -q -f "$LAB/proxychains.conf")
  printf 'GET /news.html HTTP/1.1\r\nHost: www.example\r\nConnection: close\r\n\r\n' >"$LAB/request"
  run example7 "${client[@]}" -tls1_3 -sess_out "$LAB/session13" <"$LAB/request" >/dev/null 2>&1
  start_tcpdump gateway uplink "$OUT/resumption.pcap"
  run example7 "${client[@]}" -tls1_2 -sess_out "$LAB/session12" <"$LAB/request" >/dev/null 2>&1
  sleep 1
  run example7 "${proxied[@]}" "${client[@]}" -tls1_2 -sess_in "$LAB/session12" <"$LAB/request" >/dev/null 2>&1
  sleep 1
  run example7 "${client[@]}" -tls1_3 -sess_in "$LAB/session13" <"$LAB/request" >/dev/null 2>&1
  sleep 1
  run example7 "${proxied[@]}" "${client[@]}" -tls1_3 -sess_in "$LAB/session13" <"$LAB/request" >/dev/null 2>&1
  stop_tap "$OUT/resumption.pcap"
}

# A login with a key, one command, logout.
make_ssh_login() {
  start_tcpdump gateway uplink "$OUT/ssh-login.pcap"
  run example7 ssh -F none -i "$LAB/ssh/bob_key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    -o LogLevel=ERROR bob@192.0.2.22 'id -un; ls -l /etc/services' >"$LAB/ssh.out"
  grep -qx bob "$LAB/ssh.out"
  stop_tap "$OUT/ssh-login.pcap"
}

# The same ports scanned twice: with half-open connections, then with whole ones.
make_scan() {
  local scan=(-n -Pn -T4 --max-retries 1 -p '20-25,53,80,110,143,443,3306,8080' 192.0.2.25 192.0.2.80)
  start_tcpdump gateway uplink "$OUT/scan.pcap"
  run example20 nmap -sS "${scan[@]}" >/dev/null
  sleep 2
  run example20 nmap -sT "${scan[@]}" >/dev/null
  stop_tap "$OUT/scan.pcap"
}

# One person, two files: tcpdump itself begins a new file 20 seconds after the first, and the boundary falls into a
# direct connection whose form is sent slowly. The first file has its handshake, the second its answer. Without TCP
# timestamps, whose echo would make either half stronger than it is.
make_slip() {
  local proxied=(--socks5-hostname 203.0.113.9:1080) part
  rm -f "$LAB/jar" "$LAB"/slip.pcap*
  run example7 sysctl -qw net.ipv4.tcp_timestamps=0
  start_tcpdump gateway uplink "$LAB/slip-%s.pcap" -G 20
  person_web example7 "${proxied[@]}" http://www.example/index.html
  sleep 2
  person_web example7 "${proxied[@]}" -d "$(threat 1)" http://www.example/contact
  sleep 9
  {
    threat 2
    for ((part = 0; part < 4; part++)); do
      sleep 4
      printf '&more%d=demonstration' "$part"
    done
  } | person_web example7 -X POST -H 'Expect:' -H 'Content-Type: application/x-www-form-urlencoded' \
    -T - http://www.example/contact
  sleep 2
  person_web example7 "${proxied[@]}" -d "$(threat 3)" http://www.example/contact
  stop_tap "$LAB"/slip-*.pcap
  run example7 sysctl -qw net.ipv4.tcp_timestamps=1
  set -- "$LAB"/slip-*.pcap
  if [[ $# -ne 2 ]]; then
    echo "make-captures: slip came out as $# files" >&2
    return 1
  fi
  cp "$1" "$OUT/slip-proxied.pcap"
  cp "$2" "$OUT/slip-direct.pcap"
}

# Packets in other people's names, long enough after the start of the capture that what has no request in it had none.
make_spoofed() {
  local ping
  start_tcpdump gateway uplink "$OUT/spoofed.pcap"
  ip netns exec clients ping -q -n -I 203.0.113.210 -i 15 192.0.2.80 >/dev/null &
  ping=$!
  sleep 128
  # In the name of 198.51.100.99, whose owner answers the unexpected SYN-ACK with RST.
  run sender hping3 -q -n -a 198.51.100.99 -S -p 80 -c 5 -i u300000 192.0.2.80 >/dev/null 2>&1 || true
  # In the name of 198.51.100.98, which nobody holds: SYN-ACKs are repeated, the last router reports.
  run sender hping3 -q -n -a 198.51.100.98 -S -p 25 -c 3 -i u300000 192.0.2.25 >/dev/null 2>&1 || true
  # Backscatter: in the name of our own web server, to an open and to a closed port of 198.51.100.30.
  run sender hping3 -q -n -a 192.0.2.80 -S -p 80 -c 5 -i u300000 198.51.100.30 >/dev/null 2>&1 || true
  run sender hping3 -q -n -a 192.0.2.80 -S -p 8443 -c 3 -i u300000 198.51.100.30 >/dev/null 2>&1 || true
  # Data and acknowledgements in the name of 198.51.100.99 that belong to no connection.
  run sender hping3 -q -n -a 198.51.100.99 -A -P -d 40 -p 80 -c 3 -i u300000 192.0.2.80 >/dev/null 2>&1 || true
  # Half-open by its true sender: SYN and RST, no connection.
  run example20 nmap -sS -n -Pn --max-retries 0 -p 80 192.0.2.80 >/dev/null
  # What a completed connection looks like in the same capture.
  run example9 curl -sS -o /dev/null -d "$(threat 1)" http://192.0.2.80/contact
  sleep 10
  kill "$ping"
  stop_tap "$OUT/spoofed.pcap"
}

# The link between gateway and internet led through a trunk between two switches: first as VLAN 30 of the trunk
# (802.1Q), then as VLAN 10 of a customer inside VLAN 200 of a provider (802.1Q in 802.1ad).
make_vlan() {
  local lane
  start_switches
  start_tcpdump trunk provider1 "$OUT/vlan.pcap"
  for lane in v q; do
    lead_over "$lane"
    run example9 curl -4 -sS -o /dev/null -A "$BROWSER" http://192.0.2.80/index.html
    run example9 curl -4 -sS -o /dev/null -A "$BROWSER" -d "$(threat 1)" http://192.0.2.80/contact
    sleep 1
  done
  stop_tap "$OUT/vlan.pcap"
  lead_over link
}

# The same form posted from one address for every answer that the demonstration catalog knows.
make_verdicts() {
  local address
  start_tcpdump gateway uplink "$OUT/verdicts.pcap"
  for address in 198.51.100.{9,70,84,130,200}; do
    run example9 curl -sS -o /dev/null --interface "$address" -d "$(threat 1)" http://192.0.2.80/contact
  done
  for address in 203.0.113.{203,210}; do
    run clients curl -sS -o /dev/null --interface "$address" -d "$(threat 1)" http://192.0.2.80/contact
  done
  run former curl -sS -o /dev/null -d "$(threat 1)" http://192.0.2.80/contact
  run vpn curl -sS -o /dev/null -d "$(threat 1)" http://192.0.2.80/contact
  stop_tap "$OUT/verdicts.pcap"
}

# Only the first 96 bytes of each frame.
make_snaplen() {
  start_tcpdump gateway uplink "$OUT/snaplen.pcap" -s 96
  run example7 curl -sS -o /dev/null -A "$BROWSER" http://192.0.2.80/index.html
  run example7 curl -sS -o /dev/null -A "$BROWSER" -d "$(threat 1)" http://192.0.2.80/contact
  stop_tap "$OUT/snaplen.pcap"
}

# Taken on the web server itself, which leaves checksums and segmentation to its interface: what it sends has no valid
# checksum yet and may be longer than a frame can be.
make_offload() {
  run web ethtool -K eth0 tx on tso on gso on >/dev/null
  start_tcpdump web eth0 "$OUT/offload.pcap"
  run example7 curl -sS -o /dev/null -A "$BROWSER" http://192.0.2.80/news.html
  run example7 curl -sS -o /dev/null -A "$BROWSER" -d "$(threat 1)" http://192.0.2.80/contact
  stop_tap "$OUT/offload.pcap"
  no_offload web eth0
}

# mail.pcap, cut in the middle of a record.
make_damaged() {
  local size
  size=$(stat -c %s "$OUT/mail.pcap")
  head -c $((size * 2 / 3 + 5)) "$OUT/mail.pcap" >"$OUT/damaged.pcap"
}
