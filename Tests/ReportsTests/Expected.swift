/// What `Fixtures.report()` must look like, byte by byte.
enum Expected {
  /// As text, 80 columns wide.
  static let text = """
    ascribe 0.1.0                                                          TLP:GREEN

    EXCLUSIVE-PRESENT
    2 of 617,719 flows are EXCLUSIVE: the return path is verified, and the address
    is recorded as used by one actor alone: Example country network.
    EXCLUSIVE: 2 flows, 1 address, 1 day (UTC), 1 sensor.
    ! 1 input damaged or cut off: read as far as possible, see INPUTS.
    ! 1 input not hashed: handling confidence is low.
    ! The capturing interfaces dropped 42 packets; sessions may be incomplete.

      Packets       1,234,567 = 1,200,000 in flows + 34,567 rejected + 0 dropped
      Bytes         847,221,003 on the wire
      Flows         617,719 · 5,198 touch the catalog
      Time          2014-11-24 08:12:01 to 09:12:01 UTC
      Catalog       1 actor · 1 claim · 1 overlay · sha256 c0ffee00

    KEY FINDINGS
          verdict                 flows  confidence  recorded for
      F1  EXCLUSIVE (direct)          2  moderate    Example country network
      F2  SHARED (tor)                1  low         tor-2014-11-24
      F3  UNVERIFIABLE (one_way)  5,195  low         Example country network

    FINDINGS (3)
      F1  EXCLUSIVE (direct)  Example country network
          Range         198.51.100.0/24
          Claim         example-1 (exclusive, dedicated-allocation)
                        2014-01-01 until 2015-01-01 · sources B2 B2
          Addresses     198.51.100.7
          Traffic       2 flows · 22 packets · 4,200 bytes
          Seen          2014-11-24 08:12:01 to 08:13:02 UTC
          Sessions      2 sessions · 1 day (UTC)
                        observed window, lower bound: 1 min 1 s
          Relevance     medium (http-post, login)
          Also          connect_only
          Likelihood    likely
          Confidence    moderate (path moderate, control moderate, handling high)
          Check         E4 198.51.100.7:4711 > 192.0.2.10:80
                        frames of web.pcapng.gz
                        1 SYN · 2 SYN-ACK · 3 ACK · 7 data acknowledged · 11 last
                        frame.number in {1, 2, 3, 7, 11}
          2 sessions were completed between 192.0.2.10 and 198.51.100.7, an address
          in 198.51.100.0/24, recorded as used exclusively by Example country
          network from 2014-01-01 until 2015-01-01 (sources: B2, B2).
          It is likely that this traffic came from that network.
          Confidence in this judgment is moderate because the handshake was seen
          whole.

      F2  SHARED (tor)  tor-2014-11-24
          Range         203.0.113.9/32
          List          tor-2014-11-24 · tor · of 2014-11-24
          Addresses     203.0.113.9
          Traffic       1 flow · 11 packets · 2,100 bytes
          Seen          2014-11-24 08:12:02 to 08:12:03 UTC
          Relevance     low
          Confidence    low (path moderate, control low, handling high)
          Check         E4 203.0.113.9:50000 > 192.0.2.10:80
                        frames of web.pcapng.gz
                        1 SYN · 2 SYN-ACK · 3 ACK · 7 data acknowledged · 11 last
                        frame.number in {1, 2, 3, 7, 11}
          Shared infrastructure (tor); it cannot single out an actor.

      F3  UNVERIFIABLE (one_way)  Example country network
          Range         198.51.100.0/24
          Claim         example-1 (exclusive, dedicated-allocation)
                        2014-01-01 until 2015-01-01 · sources B2 B2
          Addresses     198.51.100.200, 198.51.100.201, 198.51.100.202,
                        198.51.100.203, 198.51.100.204, 198.51.100.205,
                        198.51.100.206, 198.51.100.207, and 5,187 more
          Traffic       5,195 flows · 5,195 packets · 311,700 bytes
          Seen          2014-11-24 08:12:03 to 09:12:01 UTC
          Relevance     low
          Confidence    low (path not assessed, control moderate, handling high)
          Check         E1 198.51.100.200:53 > 192.0.2.10:80
                        frames of web.pcapng.gz
                        900 the only packet
                        frame.number in {900}
          The source address is claimed by the sender and not verified.

    NOT ATTRIBUTED
        flows  verdict       reason
            1  SHARED        tor      Tor relay or exit
        5,195  UNVERIFIABLE  one_way  only one direction seen; the sender's address
                                      is unverified
      612,521  NONE          -        no entry of the catalog covers an address

    COMPETING HYPOTHESES
      evidence                             H1  H2  H3  H4  H5  H6  findings
      E4/E5 session from the address  yes  C   C   C   N   C   C   F1
      >= 2 independent sources        yes  C   N   N   N   I   C   F1 F2 +2
      route origin as expected        n/a  C   C   I   N   N   C
      attack-specific content         n/a  C   C   C   I   C   C
      K3/K4 link to proxied session   n/a  C   C   C   I   C   C
      address also scans              n/a  N   C+  N   C   C   N
      outbound destination only       n/a  N   N   N   C   C   N
      only E0-E2 evidence             no   .   .   .   .   .   .   F1
      tool overlap (external)         n/a  C   N   C   N   C   C
      inconsistent (I) where yes           0   0   0   0   1   0
      H3: a party on the path or a hijack only; spoofing from off the path is
      inconsistent with it.
      C consistent, C+ strongly so, I inconsistent, N neutral; n/a not assessed: the
      letters are for an analyst who knows more. Reading: packet evidence can speak
      against H3, H4 and H5; it rarely separates H1 from H2/H6, and no row can speak
      against H1. The tally is no ranking.
      H1  operators of the actor, directly from the range
      H2  a third party through a compromised host or a VPN in the range
      H3  a hijacked route, a party on the path or a forged source, as a false flag
      H4  an insider or an unrelated group; the traffic from the range is
          coincidence
      H5  range data that are wrong or outdated
      H6  a group from outside that shares the actor's access
      Diamond Model: an address fills the infrastructure vertex only (EXCLUSIVE:
      candidate for type 1, SHARED: type 2); adversary, capability and victim are
      not assessed by this tool.
      P0  packets with this source address were captured: stated, as fact
      P1  a party able to receive at the address took part: stated from E3 up
      P2  the address was used by the actor alone at the time: stated, as a sourced
          claim
      P3  the actor's operators did it: an analyst only
      P4  an organisation or state is responsible: never by this tool

    RANGES, CHANCE AND BASELINE
      n = about 1,000,000 distinct unverified IPv4 sources in this case (standard
      error 1.6 %). n*p is what random sources would hit by chance; it belongs to
      unverified flows only and says nothing of verified ones. Logins and writes are
      those that content shows; encrypted sessions show none.
      example-1 198.51.100.0/24
        Flows         2 verified (E3-E5) · 5,195 unverified (E0-E2) · 1 silent
        Content       5,190 SYN-only · 1 connect-only · 1 data-bearing (below 1 %)
                      0 with a login or a write · 5 other
        Targets       about 2,048 distinct (host, port) · 3 flows of listed scanners
        By chance     p = 256/2^32 = 5.96e-8 · n*p = 0.0596
                      P(at least one) = 0.0579
      - example-1: 2 verified flows in 1 h 0 min (0.0417 days) of this case; none in
        10.0 days of baseline, so lambda <= 3/d = 0.300 a day (95 %); P(K >= 2) <=
        7.75e-5 (Poisson) if nothing but the baseline's rate were at work.
      - Flows that belong together come together and are not independent, so that a
        small P says less than it seems to; it is the probability of flows, not of a
        cause.
      - Likelihood ratio of a verified flow: at most 1/e = 20.0, at most moderate
        support, with the analyst's e = 0.05. However many flows there are, it does
        not rise. Scale: a ratio above 1 gives weak support, above 10 moderate,
        above 100 moderately strong, above 1,000 strong, above 10,000 very strong,
        above 1,000,000 extremely strong.
      - The analyst's reason for e, word for word: Foreign hosts were found inside
      - Path not corroborated: one sensor, or sensors not known to be independent.
      - Control rests on the range claims alone: neither sensors nor flows
        corroborate it, only independent sources do.
      - Nothing in packets corroborates who operated a host.
      - No input covers 2014-11-24 09:12:01 to 2014-11-24 11:12:01 UTC (2 h 0 min):
        no data is not no activity.

    PACKETS IN NO FLOW
      30,000  not_ip
       4,564  ip_fragment
           3  filtered

    INPUTS
      0  web.pcapng.gz
         pcapng+gzip · EN10MB · 1,234,567 packets · 3 filtered out
         12 cut by the snap length · 42 dropped by the interface · 812,345 bytes
         sha256 a1b2c3d4 · 2014-11-24 08:12:01 to 09:12:01 UTC
      1  cut.pcap
         pcap · LINUX_SLL2+LINKTYPE_147 · 0 packets · 0 bytes · sha256 not computed
         ! damaged at frame 1, byte 24: the file ends inside a packet header: 9 of
           16 bytes are there.
      baseline 0  old.pcap
         pcap · EN10MB · 9 packets · 999 bytes · sha256 0b5e55ed
         2014-11-04 08:12:01 to 2014-11-14 08:12:01 UTC
      passed over: notes.txt: no capture file

    WHAT THIS REPORT DOES NOT SHOW
      - Who operated the hosts is not shown.
      - Payload was not inspected.

    CAVEATS
      - A compromised host in the range or an error in the range data would look the
        same.

    """
}
