internal import Packets

extension SpecialPurpose {
  /// The rows of the IANA IPv4 and IPv6 Special-Purpose Address Registries as of 2025-10-09 (their "Last Updated" date),
  /// from a transcription of both registries' CSV files that was made on 2026-07-27.
  ///
  /// https://www.iana.org/assignments/iana-ipv4-special-registry and
  /// https://www.iana.org/assignments/iana-ipv6-special-registry. `::ffff:0:0/96` is left out: a mapped address is the
  /// IPv4 address here. Rows marked "not in the registry" say the same of space that other documents exclude.
  public static let registry: [Entry] = rows.compactMap { text, name, specification, reachable in
    guard let prefix = IPPrefix(text) else { return nil }
    return Entry(prefix: prefix, name: name, specification: specification, isGloballyReachable: reachable)
  }

  private static let rows: [(String, String, String, Bool?)] = [
    // IPv4
    ("0.0.0.0/8", "This network", "RFC 791", false),
    ("0.0.0.0/32", "This host on this network", "RFC 1122", false),
    ("10.0.0.0/8", "Private-Use", "RFC 1918", false),
    ("100.64.0.0/10", "Shared Address Space", "RFC 6598", false),
    ("127.0.0.0/8", "Loopback", "RFC 1122", false),
    ("169.254.0.0/16", "Link Local", "RFC 3927", false),
    ("172.16.0.0/12", "Private-Use", "RFC 1918", false),
    ("192.0.0.0/24", "IETF Protocol Assignments", "RFC 6890", false),
    ("192.0.0.0/29", "IPv4 Service Continuity Prefix", "RFC 7335", false),
    ("192.0.0.8/32", "IPv4 dummy address", "RFC 7600", false),
    ("192.0.0.9/32", "Port Control Protocol Anycast", "RFC 7723", true),
    ("192.0.0.10/32", "Traversal Using Relays around NAT Anycast", "RFC 8155", true),
    ("192.0.0.170/32", "NAT64/DNS64 Discovery", "RFC 8880", false),
    ("192.0.0.171/32", "NAT64/DNS64 Discovery", "RFC 8880", false),
    ("192.0.2.0/24", "Documentation (TEST-NET-1)", "RFC 5737", false),
    ("192.31.196.0/24", "AS112-v4", "RFC 7535", true),
    ("192.52.193.0/24", "AMT", "RFC 7450", true),
    ("192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", "RFC 7526", nil),
    ("192.88.99.2/32", "6a44-relay anycast address", "RFC 6751", false),
    ("192.168.0.0/16", "Private-Use", "RFC 1918", false),
    ("192.175.48.0/24", "Direct Delegation AS112 Service", "RFC 7534", true),
    ("198.18.0.0/15", "Benchmarking", "RFC 2544", false),
    ("198.51.100.0/24", "Documentation (TEST-NET-2)", "RFC 5737", false),
    ("203.0.113.0/24", "Documentation (TEST-NET-3)", "RFC 5737", false),
    ("240.0.0.0/4", "Reserved", "RFC 1112", false),
    ("255.255.255.255/32", "Limited Broadcast", "RFC 919", false),
    // Not in the registry.
    ("224.0.0.0/4", "Multicast", "RFC 5771", false),

    // IPv6
    ("::1/128", "Loopback Address", "RFC 4291", false),
    ("::/128", "Unspecified Address", "RFC 4291", false),
    ("64:ff9b::/96", "IPv4-IPv6 Translation", "RFC 6052", true),
    ("64:ff9b:1::/48", "IPv4-IPv6 Translation", "RFC 8215", false),
    ("100::/64", "Discard-Only Address Block", "RFC 6666", false),
    ("100:0:0:1::/64", "Dummy IPv6 Prefix", "RFC 9780", false),
    ("2001::/23", "IETF Protocol Assignments", "RFC 2928", false),
    ("2001::/32", "TEREDO", "RFC 4380", nil),
    ("2001:1::1/128", "Port Control Protocol Anycast", "RFC 7723", true),
    ("2001:1::2/128", "Traversal Using Relays around NAT Anycast", "RFC 8155", true),
    ("2001:1::3/128", "DNS-SD Service Registration Protocol Anycast", "RFC 9665", true),
    ("2001:2::/48", "Benchmarking", "RFC 5180", false),
    ("2001:3::/32", "AMT", "RFC 7450", true),
    ("2001:4:112::/48", "AS112-v6", "RFC 7535", true),
    ("2001:10::/28", "Deprecated (previously ORCHID)", "RFC 4843", nil),
    ("2001:20::/28", "ORCHIDv2", "RFC 7343", true),
    ("2001:30::/28", "Drone Remote ID Protocol Entity Tags (DETs) Prefix", "RFC 9374", true),
    ("2001:db8::/32", "Documentation", "RFC 3849", false),
    ("2002::/16", "6to4", "RFC 3056", nil),
    ("2620:4f:8000::/48", "Direct Delegation AS112 Service", "RFC 7534", true),
    ("3fff::/20", "Documentation", "RFC 9637", false),
    ("5f00::/16", "Segment Routing (SRv6) SIDs", "RFC 9602", false),
    ("fc00::/7", "Unique-Local", "RFC 4193", false),
    ("fe80::/10", "Link-Local Unicast", "RFC 4291", false),
    // Not in the registry: multicast, deprecated blocks, and everything outside 2000::/3, the only global unicast
    // space that IANA delegates (RFC 4291 section 2.4, IPv6 address space registry of 2025-10-23).
    ("ff00::/8", "Multicast", "RFC 4291", false),
    ("fec0::/10", "Deprecated (Site-Local)", "RFC 3879", false),
    ("::/3", "Outside Global Unicast", "RFC 4291", false),
    ("4000::/2", "Outside Global Unicast", "RFC 4291", false),
    ("8000::/1", "Outside Global Unicast", "RFC 4291", false),
  ]
}
