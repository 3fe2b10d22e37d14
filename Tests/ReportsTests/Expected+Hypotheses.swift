extension Expected {
  /// The hypotheses of `report.json`.
  static let jsonOfHypotheses = """
      "hypotheses": {
        "diamond_model": "Diamond Model: an address fills the infrastructure vertex only (EXCLUSIVE:\
     candidate for type 1, SHARED: type 2); adversary, capability and victim are not assessed by this\
     tool.",
        "hypotheses": {
          "H1": "operators of the actor, directly from the range",
          "H2": "a third party through a compromised host or a VPN in the range",
          "H3": "a hijacked route, a party on the path or a forged source, as a false flag",
          "H4": "an insider or an unrelated group; the traffic from the range is coincidence",
          "H5": "range data that are wrong or outdated",
          "H6": "a group from outside that shares the actor's access"
        },
        "ladder": [
          {
            "asserted_by": "stated, as fact",
            "level": "P0",
            "proposition": "packets with this source address were captured"
          },
          {
            "asserted_by": "stated from E3 up",
            "level": "P1",
            "proposition": "a party able to receive at the address took part"
          },
          {
            "asserted_by": "stated, as a sourced claim",
            "level": "P2",
            "proposition": "the address was used by the actor alone at the time"
          },
          {
            "asserted_by": "an analyst only",
            "level": "P3",
            "proposition": "the actor's operators did it"
          },
          {
            "asserted_by": "never by this tool",
            "level": "P4",
            "proposition": "an organisation or state is responsible"
          }
        ],
        "matrices": [
          {
            "actor": "example-net",
            "findings": ["F1", "F3"],
            "inconsistencies": {
              "H1": 0,
              "H2": 0,
              "H3": 0,
              "H4": 0,
              "H5": 1,
              "H6": 0
            },
            "rows": [
              {
                "applies": "yes",
                "because": "flows reach E4",
                "cells": {
                  "H1": "C",
                  "H2": "C",
                  "H3": "C",
                  "H4": "N",
                  "H5": "C",
                  "H6": "C"
                },
                "evidence": "verified_session",
                "findings": ["F1"],
                "remark": "H3: a party on the path or a hijack only; spoofing from off the path is\
     inconsistent with it",
                "text": "E4/E5 session from the address"
              },
              {
                "applies": "yes",
                "because": "two groups",
                "cells": {
                  "H1": "C",
                  "H2": "N",
                  "H3": "N",
                  "H4": "N",
                  "H5": "I",
                  "H6": "C"
                },
                "evidence": "independent_sources",
                "findings": ["F1", "F2", "F3", "F4"],
                "remark": null,
                "text": ">= 2 independent sources"
              },
              {
                "applies": "not assessed",
                "because": "not assessed by this tool",
                "cells": {
                  "H1": "C",
                  "H2": "C",
                  "H3": "I",
                  "H4": "N",
                  "H5": "N",
                  "H6": "C"
                },
                "evidence": "route_origin",
                "findings": [],
                "remark": null,
                "text": "route origin as expected"
              },
              {
                "applies": "not assessed",
                "because": "not assessed by this tool",
                "cells": {
                  "H1": "C",
                  "H2": "C",
                  "H3": "C",
                  "H4": "I",
                  "H5": "C",
                  "H6": "C"
                },
                "evidence": "attack_content",
                "findings": [],
                "remark": null,
                "text": "attack-specific content"
              },
              {
                "applies": "not assessed",
                "because": "not assessed by this tool",
                "cells": {
                  "H1": "C",
                  "H2": "C",
                  "H3": "C",
                  "H4": "I",
                  "H5": "C",
                  "H6": "C"
                },
                "evidence": "strong_link",
                "findings": [],
                "remark": null,
                "text": "K3/K4 link to proxied session"
              },
              {
                "applies": "not assessed",
                "because": "not assessed by this tool",
                "cells": {
                  "H1": "N",
                  "H2": "C+",
                  "H3": "N",
                  "H4": "C",
                  "H5": "C",
                  "H6": "N"
                },
                "evidence": "noise",
                "findings": [],
                "remark": null,
                "text": "address also scans"
              },
              {
                "applies": "not assessed",
                "because": "not assessed by this tool",
                "cells": {
                  "H1": "N",
                  "H2": "N",
                  "H3": "N",
                  "H4": "C",
                  "H5": "C",
                  "H6": "N"
                },
                "evidence": "destination_only",
                "findings": [],
                "remark": null,
                "text": "outbound destination only"
              },
              {
                "applies": "no",
                "because": "flows reach E4",
                "cells": {
                  "H1": "N",
                  "H2": "N",
                  "H3": "C+",
                  "H4": "C",
                  "H5": "C",
                  "H6": "N"
                },
                "evidence": "unverified_only",
                "findings": ["F1"],
                "remark": null,
                "text": "only E0-E2 evidence"
              },
              {
                "applies": "not assessed",
                "because": "not assessed by this tool",
                "cells": {
                  "H1": "C",
                  "H2": "N",
                  "H3": "C",
                  "H4": "N",
                  "H5": "C",
                  "H6": "C"
                },
                "evidence": "tool_overlap",
                "findings": [],
                "remark": "H3: tools can be imitated",
                "text": "tool overlap (external)"
              }
            ]
          }
        ],
        "reading": "Reading: packet evidence can speak against H3, H4 and H5; it rarely separates H1\
     from H2/H6, and no row can speak against H1. The tally is no ranking."
      },

    """
}
