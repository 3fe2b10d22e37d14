/// What becomes of each value of report.json in a release; the table is all that decides it, and a path that it does not
/// name is withheld.
enum ReleaseRule: Equatable {
  /// Stays as it is: a number, a time, or a word of ascribe's own or of a released entry of the catalog.
  case keep
  /// A sentence: addresses and uids in it are replaced; one that holds a withheld name is withheld.
  case sentence
  /// An address, replaced unless it stays.
  case address
  /// The addresses of a list, replaced and put in order again, as the old order would tell something of them.
  case addresses
  /// A prefix, replaced unless it stays.
  case prefix
  /// A flow's uid, replaced.
  case uid
  /// A digest, replaced: it would give away what is unknown of a small file.
  case digest
  /// A name, replaced by this word and the number of the element that it names.
  case numbered(String)
  /// Replaced by this word, unless there is no value.
  case generalise(String)
  /// Left out; null stands where the schema wants a value.
  case withhold

  /// The rules by path; `*` stands for any element of an array, and for any member where names are data.
  static let table: [String: ReleaseRule] = Dictionary(
    uniqueKeysWithValues: groups.flatMap { path, names, rule in
      names.split(separator: " ").map { ("\(path)\($0)", rule) }
    })

  private static let groups: [(path: String, names: String, rule: ReleaseRule)] = [
    ("", "schema marking demonstration_data interrupted report_time roll_up omitted_links", .keep),
    ("tool/", "name version", .keep),
    ("inputs/*/", "name", .numbered("capture")),
    ("inputs/*/", "sha256", .digest),
    (
      "inputs/*/",
      """
      role bytes format compression link_types/* packets filtered_packets truncated_packets interface_drops \
      first_packet last_packet damage damage/frame damage/offset
      """, .keep
    ),
    ("inputs/*/damage/", "reason", .generalise("withheld")),
    ("skipped_inputs/*/", "name", .numbered("skipped")),
    ("skipped_inputs/*/", "reason", .generalise("withheld")),
    ("sensors/*/", "id", .numbered("sensor")),
    ("sensors/*/", "operator upstream clock/source", .generalise("withheld")),
    ("sensors/*/", "vantage clock clock/offset_ns inputs/* tlp", .keep),
    ("catalog/", "sha256", .digest),
    ("catalog/", "actors claims as_known_at", .keep),
    ("catalog/overlays/*/", "id kind snapshot prefixes tlp", .keep),
    (
      "claims/*/",
      """
      id range prefixes/* relation kind valid_from valid_until as_of recorded_at max_age_ns basis/* overrides/* route_check tlp \
      sources/*/reliability sources/*/credibility
      """, .keep
    ),
    ("claims/*/", "sources/*/ref sources/*/independent_group", .sentence),
    ("claims/*/actor/", "id name level", .keep),
    (
      "totals/",
      """
      packets bytes flows watched_flows packets_in_flows packets_rejected/* packets_dropped tunnelled_packets \
      tunnelled_packets_undistinguished tunnels_rejected/* flows_by_verdict/*
      """, .keep
    ),
    (
      "findings/*/",
      """
      id marking verdict reason reasons/* actor actor/id actor/name actor/level claims/* overlays/* likelihood \
      confidence/overall confidence/path confidence/control confidence/handling relevance actions/* address_count \
      address_count_is_minimum flow_count packets bytes first_seen last_seen notes/* scan_like_sources sessions \
      sessions/count sessions/days sessions/first_seen sessions/is_minimum sessions/last_seen \
      sessions/window_is_lower_bound
      """, .keep
    ),
    ("findings/*/", "prefix", .prefix),
    ("findings/*/", "addresses", .addresses),
    ("findings/*/", "confidence/because/* wording/* sessions/sentence", .sentence),
    (
      "findings/*/flows/*/",
      """
      ts id.orig_p id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp \
      missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes flow_end_reason orig_grade resp_grade \
      grade grade_reason activity covered_side verdict reason actor claim ip_proto demonstration_data other_side \
      other_side/actor other_side/reason other_side/verdict notes/* frames frames/file frames/first frames/syn \
      frames/syn_ack frames/ack frames/acked_data frames/last tunnel tunnel_parents continued_from last_packet
      """, .keep
    ),
    ("findings/*/flows/*/", "id.orig_h id.resp_h", .address),
    ("findings/*/flows/*/", "tunnel/orig_ends tunnel/resp_ends", .addresses),
    ("findings/*/flows/*/", "uid tunnel_parents/*", .uid),
    ("findings/*/flows/*/", "community_id vlan inner_vlan inspection", .withhold),
    ("links/*/", "grade method findings/*", .keep),
    ("links/*/from/", "ts verdict reason finding", .keep),
    ("links/*/to/", "ts verdict reason finding", .keep),
    ("links/*/", "from/address to/address", .address),
    ("links/*/", "from/uid to/uid", .uid),
    ("links/*/", "caveat", .sentence),
    (
      "slips/*/",
      """
      id grade methods/* actor finding first_seen last_seen window_ns gap_ns flow_count actions/* omitted_proxied
      """, .keep
    ),
    ("slips/*/", "address host proxied/*/address", .address),
    ("slips/*/", "flows/* proxied/*/uid", .uid),
    ("slips/*/proxied/*/", "ts last_seen verdict reason finding place gap_ns methods/* actions/*", .keep),
    ("slips/*/", "wording", .sentence),
    ("timeline/", "omitted", .keep),
    ("timeline/stretches/*/", "way first_seen last_seen flow_count actions/* findings/* slips/*", .keep),
    ("timeline/stretches/*/", "address host", .address),
    (
      "hypotheses/", "hypotheses/* reading diamond_model ladder/*/level ladder/*/proposition ladder/*/asserted_by",
      .keep
    ),
    (
      "hypotheses/matrices/*/",
      """
      actor findings/* inconsistencies/* rows/*/evidence rows/*/text rows/*/applies rows/*/findings/* rows/*/remark \
      rows/*/cells/*
      """, .keep
    ),
    ("hypotheses/matrices/*/rows/*/", "because", .sentence),
    (
      "base_rates/",
      """
      unverified_sources/ipv4 unverified_sources/is_exact unverified_sources/standard_error reading \
      scan_like_sources scan_pattern_is_whole
      """, .keep
    ),
    (
      "base_rates/ranges/*/",
      """
      claim range flows verified unverified silent syn_only connect_only data_bearing data_bearing_share \
      login_or_write other targets targets_are_exact scanner_listed base_rate base_rate/addresses base_rate/p \
      base_rate/expected base_rate/at_least_one
      """, .keep
    ),
    ("base_rates/", "baseline", .withhold),
    ("base_rates/likelihood_ratio/", "at_most claim_error support_at_most caps/*/claim_error caps/*/at_most", .keep),
    ("base_rates/likelihood_ratio/", "reason", .generalise("withheld")),
    ("base_rates/likelihood_ratio/", "sentence", .sentence),
    ("exclusive/", "flows addresses addresses_are_minimum days sensors", .keep),
    ("", "corroboration/* not_shown/* caveats/*", .sentence),
    (
      "coverage/",
      """
      inputs skipped_inputs damaged_inputs unhashed_inputs filtered_packets truncated_packets interface_drops \
      first_packet last_packet gaps/*/from gaps/*/until
      """, .keep
    ),
  ]
}
