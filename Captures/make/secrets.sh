# shellcheck shell=bash
# Secrets that are easy to find again: whatever a peer must keep to itself in the captures under protocols/ and stories/
# begins with PLANTED-, and stands in ../planted.txt, one line for each: capture, tab, the bytes as they were sent.

# secret — a new one.
secret() {
  printf 'PLANTED-'
  tr -dc 'a-z' </dev/urandom | head -c 16 || true
}

# plant SECRET... — enters secrets of the capture that is being taken.
plant() {
  printf "$CAPTURE\t%s\n" "$@" >>"$OUT/planted.txt"
}

# base64_of TEXT — as HTTP and SMTP write it.
base64_of() {
  printf '%b' "$1" | base64 -w 0
}

# begin NAME [HOST INTERFACE] — starts the capture NAME.pcap, at the gateway unless said otherwise.
begin() {
  CAPTURE=$1
  mkdir -p "$OUT/${CAPTURE%/*}"
  touch "$OUT/planted.txt"
  sed -i "\\#^$CAPTURE\\t#d" "$OUT/planted.txt"
  start_tcpdump "${2:-gateway}" "${3:-uplink}" "$OUT/$CAPTURE.pcap" -s 0 'not arp and not icmp6'
}

# finish — ends the capture, and enters what a server gave away of its own accord.
finish() {
  stop_tap "$OUT/$CAPTURE.pcap"
  enter_what_was_sent "$OUT/$CAPTURE.pcap"
}

enter_what_was_sent() {
  { grep -aoE 'PLANTED-[0-9a-z]+' "$1" || true; } | sort -u | while read -r found; do
    grep -qxF "$CAPTURE"$'\t'"$found" "$OUT/planted.txt" || plant "$found"
  done
  LC_ALL=C sort -o "$OUT/planted.txt" "$OUT/planted.txt"
}
