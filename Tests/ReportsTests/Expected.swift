/// What `Fixtures.report()` must look like, byte by byte.
enum Expected {
  /// As text, 80 columns wide.
  static let text = """
    ascribe 0.1.0                                                          TLP:GREEN

    EXCLUSIVE-PRESENT
    2 of 617,719 flows are EXCLUSIVE: the return path is verified, and the address
    is recorded as used by one actor alone: Example country network.
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
      passed over: notes.txt: no capture file

    WHAT THIS REPORT DOES NOT SHOW
      - Who operated the hosts is not shown.
      - Payload was not inspected.

    CAVEATS
      - A compromised host in the range or an error in the range data would look the
        same.

    """

  /// As `report.json`.
  static let json = """
    {
      "base_rates": {},
      "catalog": {
        "actors": 1,
        "claims": 1,
        "overlays": [
          {
            "id": "tor-2014-11-24",
            "prefixes": 1,
            "snapshot": "2014-11-24T00:00:00.000000000Z"
          }
        ],
        "sha256": "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
      },
      "caveats": ["A compromised host in the range or an error in the range data would look the same."],
      "coverage": {
        "damaged_inputs": 1,
        "filtered_packets": 3,
        "first_packet": "2014-11-24T08:12:01.000000123Z",
        "inputs": 2,
        "interface_drops": 42,
        "last_packet": "2014-11-24T09:12:01.000000123Z",
        "skipped_inputs": 1,
        "truncated_packets": 12,
        "unhashed_inputs": 1
      },
      "demonstration_data": false,
      "findings": [
        {
          "actions": ["http-post", "login"],
          "actor": {
            "id": "example-net",
            "level": "country-network",
            "name": "Example country network"
          },
          "address_count": 1,
          "address_count_is_minimum": false,
          "addresses": ["198.51.100.7"],
          "bytes": 4200,
          "claims": ["example-1"],
          "confidence": {
            "because": ["the handshake was seen whole", "two independent sources rate B2",\
     "inputs are hashed"],
            "control": "moderate",
            "handling": "high",
            "overall": "moderate",
            "path": "moderate"
          },
          "first_seen": "2014-11-24T08:12:01.000000123Z",
          "flow_count": 2,
          "flows": [
            {"activity":"data-two-way","actor":"example-net","claim":"example-1",\
    "community_id":"1:G80D/9WOAK2N1G6qQwjv+TA8DWI=","conn_state":"SF","covered_side":"orig",\
    "duration":1.500000000,"flow_end_reason":"end of Flow detected","frames":{"ack":3,"acked_data":7,\
    "file":0,"first":1,"last":11,"syn":1,"syn_ack":2},"grade_reason":"two_way_verified",\
    "history":"ShADadfF","id.orig_h":"198.51.100.7","id.orig_p":4711,"id.resp_h":"192.0.2.10",\
    "id.resp_p":80,"inner_vlan":null,"inspection":{},"ip_proto":6,"local_orig":false,"local_resp":true,\
    "missed_bytes":0,"orig_bytes":420,"orig_grade":"E4","orig_ip_bytes":700,"orig_pkts":6,\
    "other_side":null,"proto":"tcp","reason":"direct","resp_bytes":1190,"resp_grade":"E4",\
    "resp_ip_bytes":1400,"resp_pkts":5,"service":null,"ts":"2014-11-24T08:12:01.000000123Z",\
    "tunnel_parents":null,"uid":"C11VX4lMuXKeGe7zgY","verdict":"exclusive","vlan":104},
            {"activity":"data-two-way","actor":"example-net","claim":"example-1",\
    "community_id":"1:ppQy+fKY29sgdk/GkU+HZdYtczU=","conn_state":"SF","covered_side":"orig",\
    "duration":0.000002000,"flow_end_reason":"end of Flow detected","frames":{"ack":3,"acked_data":null,\
    "file":0,"first":1,"last":11,"syn":1,"syn_ack":2},"grade_reason":"connect_only",\
    "history":"ShADadfF","id.orig_h":"198.51.100.7","id.orig_p":4712,"id.resp_h":"192.0.2.10",\
    "id.resp_p":80,"inner_vlan":null,"inspection":{},"ip_proto":6,"local_orig":false,"local_resp":true,\
    "missed_bytes":0,"orig_bytes":420,"orig_grade":"E3","orig_ip_bytes":700,"orig_pkts":6,\
    "other_side":null,"proto":"tcp","reason":"direct","resp_bytes":1190,"resp_grade":"E4",\
    "resp_ip_bytes":1400,"resp_pkts":5,"service":null,"ts":"2014-11-24T08:13:01.000000123Z",\
    "tunnel_parents":null,"uid":"C0G0UcKazYUV5YBOKQ","verdict":"exclusive","vlan":104}
          ],
          "id": "F1",
          "last_seen": "2014-11-24T08:13:02.500000123Z",
          "likelihood": "likely",
          "overlays": [],
          "packets": 22,
          "prefix": "198.51.100.0/24",
          "reason": "direct",
          "reasons": ["direct", "connect_only"],
          "relevance": "medium",
          "verdict": "exclusive",
          "wording": ["2 sessions were completed between 192.0.2.10 and 198.51.100.7,\
     an address in 198.51.100.0/24,\
     recorded as used exclusively by Example country network from 2014-01-01 until 2015-01-01 (sources: \
    B2, B2).", "It is likely that this traffic came from that network.",\
     "Confidence in this judgment is moderate because the handshake was seen whole."]
        },
        {
          "actions": [],
          "actor": null,
          "address_count": 1,
          "address_count_is_minimum": false,
          "addresses": ["203.0.113.9"],
          "bytes": 2100,
          "claims": [],
          "confidence": {
            "because": [],
            "control": "low",
            "handling": "high",
            "overall": "low",
            "path": "moderate"
          },
          "first_seen": "2014-11-24T08:12:02.000000123Z",
          "flow_count": 1,
          "flows": [
            {"activity":"data-two-way","actor":null,"claim":null,\
    "community_id":"1:0MDGtP8xm4oY+OFTbb7yfNscYek=","conn_state":"SF","covered_side":"orig",\
    "duration":1.500000000,"flow_end_reason":"end of Flow detected","frames":{"ack":3,"acked_data":7,\
    "file":0,"first":1,"last":11,"syn":1,"syn_ack":2},"grade_reason":"two_way_verified",\
    "history":"ShADadfF","id.orig_h":"203.0.113.9","id.orig_p":50000,"id.resp_h":"192.0.2.10",\
    "id.resp_p":80,"inner_vlan":null,"inspection":{},"ip_proto":6,"local_orig":null,"local_resp":true,\
    "missed_bytes":0,"orig_bytes":420,"orig_grade":"E4","orig_ip_bytes":700,"orig_pkts":6,\
    "other_side":null,"proto":"tcp","reason":"tor","resp_bytes":1190,"resp_grade":"E4",\
    "resp_ip_bytes":1400,"resp_pkts":5,"service":null,"ts":"2014-11-24T08:12:02.000000123Z",\
    "tunnel_parents":null,"uid":"C0DOw2LgCamvIarh36","verdict":"shared","vlan":104}
          ],
          "id": "F2",
          "last_seen": "2014-11-24T08:12:03.500000123Z",
          "likelihood": null,
          "overlays": ["tor-2014-11-24"],
          "packets": 11,
          "prefix": "203.0.113.9/32",
          "reason": "tor",
          "reasons": ["tor"],
          "relevance": "low",
          "verdict": "shared",
          "wording": ["Shared infrastructure (tor); it cannot single out an actor."]
        },
        {
          "actions": [],
          "actor": {
            "id": "example-net",
            "level": "country-network",
            "name": "Example country network"
          },
          "address_count": 5195,
          "address_count_is_minimum": false,
          "addresses": ["198.51.100.200", "198.51.100.201", "198.51.100.202", "198.51.100.203",\
     "198.51.100.204", "198.51.100.205", "198.51.100.206", "198.51.100.207", "198.51.100.208"],
          "bytes": 311700,
          "claims": ["example-1"],
          "confidence": {
            "because": [],
            "control": "moderate",
            "handling": "high",
            "overall": "low",
            "path": null
          },
          "first_seen": "2014-11-24T08:12:03.000000123Z",
          "flow_count": 5195,
          "flows": [
            {"activity":"probe","actor":"example-net","claim":"example-1",\
    "community_id":"1:WeBEat4XvdTTzdYyONAsOzTygIg=","conn_state":"S0","covered_side":"orig",\
    "duration":null,"flow_end_reason":"end of Flow detected","frames":{"ack":null,"acked_data":null,\
    "file":0,"first":900,"last":900,"syn":null,"syn_ack":null},"grade_reason":"one_way","history":"D",\
    "id.orig_h":"198.51.100.200","id.orig_p":53,"id.resp_h":"192.0.2.10","id.resp_p":80,\
    "inner_vlan":null,"inspection":{},"ip_proto":17,"local_orig":false,"local_resp":true,\
    "missed_bytes":0,"orig_bytes":null,"orig_grade":"E1","orig_ip_bytes":700,"orig_pkts":6,\
    "other_side":null,"proto":"udp","reason":"one_way","resp_bytes":null,"resp_grade":"E1",\
    "resp_ip_bytes":0,"resp_pkts":0,"service":null,"ts":"2014-11-24T08:12:03.000000123Z",\
    "tunnel_parents":null,"uid":"C0kibqVURgMgiVQFch","verdict":"unverifiable","vlan":104}
          ],
          "id": "F3",
          "last_seen": "2014-11-24T09:12:01.000000123Z",
          "likelihood": null,
          "overlays": [],
          "packets": 5195,
          "prefix": "198.51.100.0/24",
          "reason": "one_way",
          "reasons": ["one_way"],
          "relevance": "low",
          "verdict": "unverifiable",
          "wording": ["The source address is claimed by the sender and not verified."]
        }
      ],
      "hypotheses": {},
      "inputs": [
        {
          "bytes": 812345,
          "compression": "gzip",
          "damage": null,
          "filtered_packets": 3,
          "first_packet": "2014-11-24T08:12:01.000000123Z",
          "format": "pcapng",
          "interface_drops": 42,
          "last_packet": "2014-11-24T09:12:01.000000123Z",
          "link_types": ["EN10MB"],
          "name": "web.pcapng.gz",
          "packets": 1234567,
          "sha256": "a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4",
          "truncated_packets": 12
        },
        {
          "bytes": 0,
          "compression": null,
          "damage": {
            "frame": 1,
            "offset": 24,
            "reason": "the file ends inside a packet header: 9 of 16 bytes are there."
          },
          "filtered_packets": 0,
          "first_packet": null,
          "format": "pcap",
          "interface_drops": null,
          "last_packet": null,
          "link_types": ["LINUX_SLL2", "LINKTYPE_147"],
          "name": "cut.pcap",
          "packets": 0,
          "sha256": null,
          "truncated_packets": 0
        }
      ],
      "interrupted": false,
      "links": [],
      "marking": "TLP:GREEN",
      "not_shown": ["Who operated the hosts is not shown.", "Payload was not inspected."],
      "roll_up": "EXCLUSIVE-PRESENT",
      "schema": "ascribe-report/1",
      "skipped_inputs": [
        {
          "name": "notes.txt",
          "reason": "no capture file"
        }
      ],
      "tool": {
        "name": "ascribe",
        "version": "0.1.0"
      },
      "totals": {
        "bytes": 847221003,
        "flows": 617719,
        "flows_by_verdict": {
          "contested": 0,
          "exclusive": 2,
          "expired": 0,
          "none": 612521,
          "shared": 1,
          "unverifiable": 5195
        },
        "packets": 1234567,
        "packets_dropped": 0,
        "packets_in_flows": 1200000,
        "packets_rejected": {
          "filtered": 3,
          "ip_fragment": 4564,
          "not_ip": 30000
        },
        "watched_flows": 5198
      }
    }

    """
}
