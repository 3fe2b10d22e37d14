extension Expected {
  /// As `report.json`.
  static let json = jsonUpToFindings + jsonOfHypotheses + jsonFromInputs

  /// The keys up to `findings`.
  private static let jsonUpToFindings = """
    {
      "base_rates": {
        "baseline": {
          "case_days": 0.0416666667,
          "days": 10,
          "overlaps_case": false,
          "ranges": [
            {
              "claim": "example-1",
              "expected": 0.0125,
              "in_baseline": 0,
              "is_bound": true,
              "observed": 2,
              "per_day": 0.3,
              "probability": 7.74769999e-05,
              "probability_text": "7.75e-5"
            }
          ],
          "sentences": ["example-1: 2 verified flows in 1 h 0 min (0.0417 days) of this case; none in\
     10.0 days of baseline, so lambda <= 3/d = 0.300 a day (95 %); P(K >= 2) <= 7.75e-5 (Poisson) if\
     nothing but the baseline's rate were at work.", "Flows that belong together come together and are\
     not independent, so that a small P says less than it seems to; it is the probability of flows, not\
     of a cause."]
        },
        "likelihood_ratio": {
          "at_most": 20,
          "claim_error": 0.05,
          "reason": "Foreign hosts were found inside",
          "sentence": "Likelihood ratio of a verified flow: at most 1/e = 20.0, at most moderate\
     support, with the analyst's e = 0.05. However many flows there are, it does not rise. Scale: a\
     ratio above 1 gives weak support, above 10 moderate, above 100 moderately strong, above 1,000\
     strong, above 10,000 very strong, above 1,000,000 extremely strong.",
          "support_at_most": "moderate"
        },
        "ranges": [
          {
            "base_rate": {
              "addresses": 256,
              "at_least_one": 0.0578630629,
              "expected": 0.0596046448,
              "p": 5.96046448e-08
            },
            "claim": "example-1",
            "connect_only": 1,
            "data_bearing": 1,
            "data_bearing_share": 0.000192418703,
            "flows": 5198,
            "login_or_write": 0,
            "other": 5,
            "range": "198.51.100.0/24",
            "scanner_listed": 3,
            "silent": 1,
            "syn_only": 5190,
            "targets": 2048,
            "targets_are_exact": false,
            "unverified": 5195,
            "verified": 2
          }
        ],
        "reading": "n*p is what random sources would hit by chance; it belongs to unverified flows only\
     and says nothing of verified ones. Logins and writes are those that content shows; encrypted\
     sessions show none.",
        "scan_like_sources": 1,
        "scan_pattern_is_whole": true,
        "unverified_sources": {
          "ipv4": 1000000,
          "is_exact": false,
          "standard_error": 0.015625
        }
      },
      "catalog": {
        "actors": 1,
        "claims": 1,
        "overlays": [
          {
            "id": "tor-2014-11-24",
            "kind": "tor",
            "prefixes": 1,
            "snapshot": "2014-11-24T00:00:00.000000000Z",
            "tlp": "CLEAR"
          }
        ],
        "sha256": "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
      },
      "caveats": ["A compromised host in the range or an error in the range data would look the same."],
      "claims": [
        {
          "actor": {
            "id": "example-net",
            "level": "country-network",
            "name": "Example country network"
          },
          "as_of": null,
          "basis": ["routing", "incident-report"],
          "id": "example-1",
          "kind": "dedicated-allocation",
          "max_age_ns": 0,
          "overrides": [],
          "prefixes": ["198.51.100.0/24"],
          "range": "198.51.100.0/24",
          "recorded_at": null,
          "relation": "exclusive",
          "route_check": "unknown",
          "sources": [
            {
              "credibility": 2,
              "independent_group": "a",
              "ref": "A report",
              "reliability": "B"
            },
            {
              "credibility": 2,
              "independent_group": "b",
              "ref": "Another",
              "reliability": "B"
            }
          ],
          "tlp": "GREEN",
          "valid_from": "2014-01-01T00:00:00.000000000Z",
          "valid_until": "2015-01-01T00:00:00.000000000Z"
        }
      ],
      "corroboration": {
        "control": "Control rests on the range claims alone: neither sensors nor flows corroborate it,\
     only independent sources do.",
        "operator": "Nothing in packets corroborates who operated a host.",
        "path": "Path not corroborated: one sensor, or sensors not known to be independent."
      },
      "coverage": {
        "damaged_inputs": 1,
        "filtered_packets": 3,
        "first_packet": "2014-11-24T08:12:01.000000123Z",
        "gaps": [
          {
            "from": "2014-11-24T09:12:01.000000123Z",
            "until": "2014-11-24T11:12:01.000000123Z"
          }
        ],
        "inputs": 2,
        "interface_drops": 42,
        "last_packet": "2014-11-24T09:12:01.000000123Z",
        "skipped_inputs": 1,
        "truncated_packets": 12,
        "unhashed_inputs": 1
      },
      "demonstration_data": false,
      "exclusive": {
        "addresses": 1,
        "addresses_are_minimum": false,
        "days": 1,
        "flows": 2,
        "sensors": 1,
        "sentence": "EXCLUSIVE: 2 flows, 1 address, 1 day (UTC), 1 sensor."
      },
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
            "because": ["the handshake was seen whole", "two independent sources rate B2", "inputs are hashed"],
            "control": "moderate",
            "handling": "high",
            "overall": "moderate",
            "path": "moderate"
          },
          "first_seen": "2014-11-24T08:12:01.000000123Z",
          "flow_count": 2,
          "flows": [
            {"activity":"data-two-way","actor":"example-net","claim":"example-1",\
    "community_id":"1:G80D/9WOAK2N1G6qQwjv+TA8DWI=","conn_state":"SF","continued_from":null,"covered_side":"orig",\
    "duration":1.500000000,"flow_end_reason":"end of Flow detected","frames":{"ack":3,"acked_data":7,\
    "file":0,"first":1,"last":11,"syn":1,"syn_ack":2},"grade":"E4","grade_reason":"two_way_verified",\
    "history":"ShADadfF","id.orig_h":"198.51.100.7","id.orig_p":4711,"id.resp_h":"192.0.2.10",\
    "id.resp_p":80,"inner_vlan":null,"inspection":{},"ip_proto":6,"last_packet":null,"local_orig":false,"local_resp":true,\
    "missed_bytes":0,"notes":[],"orig_bytes":420,"orig_grade":"E4","orig_ip_bytes":700,"orig_pkts":6,\
    "other_side":null,"proto":"tcp","reason":"direct","resp_bytes":1190,"resp_grade":"E4",\
    "resp_ip_bytes":1400,"resp_pkts":5,"service":null,"ts":"2014-11-24T08:12:01.000000123Z",\
    "tunnel":null,"tunnel_parents":null,"uid":"C11VX4lMuXKeGe7zgY","verdict":"exclusive","vlan":104},
            {"activity":"data-two-way","actor":"example-net","claim":"example-1",\
    "community_id":"1:ppQy+fKY29sgdk/GkU+HZdYtczU=","conn_state":"SF","continued_from":null,"covered_side":"orig",\
    "duration":0.000002000,"flow_end_reason":"end of Flow detected","frames":{"ack":3,"acked_data":null,\
    "file":0,"first":1,"last":11,"syn":1,"syn_ack":2},"grade":"E3","grade_reason":"connect_only",\
    "history":"ShADadfF","id.orig_h":"198.51.100.7","id.orig_p":4712,"id.resp_h":"192.0.2.10",\
    "id.resp_p":80,"inner_vlan":null,"inspection":{},"ip_proto":6,"last_packet":null,"local_orig":false,"local_resp":true,\
    "missed_bytes":0,"notes":["offload","mirror_duplicates"],"orig_bytes":420,"orig_grade":"E3",\
    "orig_ip_bytes":700,"orig_pkts":6,"other_side":null,"proto":"tcp","reason":"direct",\
    "resp_bytes":1190,"resp_grade":"E4","resp_ip_bytes":1400,"resp_pkts":5,"service":null,\
    "ts":"2014-11-24T08:13:01.000000123Z","tunnel":null,"tunnel_parents":null,"uid":"C0G0UcKazYUV5YBOKQ",\
    "verdict":"exclusive","vlan":104}
          ],
          "id": "F1",
          "last_seen": "2014-11-24T08:13:02.500000123Z",
          "likelihood": "likely",
          "marking": "TLP:GREEN",
          "notes": {
            "mirror_duplicates": 1,
            "offload": 2
          },
          "overlays": [],
          "packets": 22,
          "prefix": "198.51.100.0/24",
          "reason": "direct",
          "reasons": ["direct", "connect_only"],
          "relevance": "medium",
          "scan_like_sources": 1,
          "sessions": {
            "count": 2,
            "days": 1,
            "first_seen": "2014-11-24T08:12:01.000000123Z",
            "is_minimum": false,
            "last_seen": "2014-11-24T08:13:02.500000123Z",
            "sentence": "2 sessions (gaps of at most 30 minutes) on 1 day (UTC); observed window, lower\
     bound: 1 min 1 s, from 2014-11-24T08:12:01.000000123Z to 2014-11-24T08:13:02.500000123Z.",
            "window_is_lower_bound": true
          },
          "verdict": "exclusive",
          "wording": ["2 sessions were completed between 192.0.2.10 and 198.51.100.7, an address in\
     198.51.100.0/24, recorded as used exclusively by Example country network from 2014-01-01 until\
     2015-01-01 (sources: B2, B2).", "It is likely that this traffic came from that network.",\
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
    "community_id":"1:0MDGtP8xm4oY+OFTbb7yfNscYek=","conn_state":"SF","continued_from":null,"covered_side":"orig",\
    "duration":1.500000000,"flow_end_reason":"end of Flow detected","frames":{"ack":3,"acked_data":7,\
    "file":0,"first":1,"last":11,"syn":1,"syn_ack":2},"grade":"E4","grade_reason":"two_way_verified",\
    "history":"ShADadfF","id.orig_h":"203.0.113.9","id.orig_p":50000,"id.resp_h":"192.0.2.10",\
    "id.resp_p":80,"inner_vlan":null,"inspection":{},"ip_proto":6,"last_packet":null,"local_orig":null,"local_resp":true,\
    "missed_bytes":0,"notes":[],"orig_bytes":420,"orig_grade":"E4","orig_ip_bytes":700,"orig_pkts":6,\
    "other_side":null,"proto":"tcp","reason":"tor","resp_bytes":1190,"resp_grade":"E4",\
    "resp_ip_bytes":1400,"resp_pkts":5,"service":null,"ts":"2014-11-24T08:12:02.000000123Z",\
    "tunnel":null,"tunnel_parents":null,"uid":"C0DOw2LgCamvIarh36","verdict":"shared","vlan":104}
          ],
          "id": "F2",
          "last_seen": "2014-11-24T08:12:03.500000123Z",
          "likelihood": null,
          "marking": "TLP:CLEAR",
          "notes": {},
          "overlays": ["tor-2014-11-24"],
          "packets": 11,
          "prefix": "203.0.113.9/32",
          "reason": "tor",
          "reasons": ["tor"],
          "relevance": "low",
          "scan_like_sources": 0,
          "sessions": null,
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
    "community_id":"1:WeBEat4XvdTTzdYyONAsOzTygIg=","conn_state":"S0","continued_from":null,"covered_side":"orig",\
    "duration":null,"flow_end_reason":"end of Flow detected","frames":{"ack":null,"acked_data":null,\
    "file":0,"first":900,"last":900,"syn":null,"syn_ack":null},"grade":"E1","grade_reason":"one_way","history":"D",\
    "id.orig_h":"198.51.100.200","id.orig_p":53,"id.resp_h":"192.0.2.10","id.resp_p":80,\
    "inner_vlan":null,"inspection":{},"ip_proto":17,"last_packet":null,"local_orig":false,"local_resp":true,\
    "missed_bytes":0,"notes":[],"orig_bytes":null,"orig_grade":"E1","orig_ip_bytes":700,"orig_pkts":6,\
    "other_side":null,"proto":"udp","reason":"one_way","resp_bytes":null,"resp_grade":"E1",\
    "resp_ip_bytes":0,"resp_pkts":0,"service":null,"ts":"2014-11-24T08:12:03.000000123Z",\
    "tunnel":null,"tunnel_parents":null,"uid":"C0kibqVURgMgiVQFch","verdict":"unverifiable","vlan":104}
          ],
          "id": "F3",
          "last_seen": "2014-11-24T09:12:01.000000123Z",
          "likelihood": null,
          "marking": "TLP:GREEN",
          "notes": {},
          "overlays": [],
          "packets": 5195,
          "prefix": "198.51.100.0/24",
          "reason": "one_way",
          "reasons": ["one_way"],
          "relevance": "low",
          "scan_like_sources": 0,
          "sessions": null,
          "verdict": "unverifiable",
          "wording": ["The source address is claimed by the sender and not verified."]
        }
      ],

    """

  /// The keys from `inputs` on.
  private static let jsonFromInputs = """
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
          "role": "case",
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
          "role": "case",
          "sha256": null,
          "truncated_packets": 0
        },
        {
          "bytes": 999,
          "compression": null,
          "damage": null,
          "filtered_packets": 0,
          "first_packet": "2014-11-04T08:12:01.000000123Z",
          "format": "pcap",
          "interface_drops": null,
          "last_packet": "2014-11-14T08:12:01.000000123Z",
          "link_types": ["EN10MB"],
          "name": "old.pcap",
          "packets": 9,
          "role": "baseline",
          "sha256": "0b5e55ed0b5e55ed0b5e55ed0b5e55ed0b5e55ed0b5e55ed0b5e55ed0b5e55ed",
          "truncated_packets": 0
        }
      ],
      "interrupted": false,
      "links": [],
      "marking": "TLP:GREEN",
      "not_shown": ["Who operated the hosts is not shown.", "Payload was not inspected."],
      "omitted_links": 0,
      "roll_up": "EXCLUSIVE-PRESENT",
      "schema": "ascribe-report/1",
      "sensors": [],
      "skipped_inputs": [
        {
          "name": "notes.txt",
          "reason": "no capture file"
        }
      ],
      "slips": [],
      "timeline": {
        "omitted": 0,
        "stretches": []
      },
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
        "tunnelled_packets": 0,
        "tunnelled_packets_undistinguished": 0,
        "tunnels_rejected": {},
        "watched_flows": 5198
      }
    }

    """
}
