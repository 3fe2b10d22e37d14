/// The verdict on a flow (methodology 8).
///
/// The raw value is its name in every report. Declared strongest first.
public enum Verdict: String, Sendable, CaseIterable {
  /// All rules hold: the address was used by the actor alone, and the packets verify it.
  case exclusive
  /// Claimed for several actors, or routed otherwise than claimed.
  case contested
  /// The address is shared infrastructure.
  case shared
  /// Claimed, but not at the time of the flow.
  case expired
  /// The claim or the packets are too weak.
  case unverifiable
  /// Not attributable at all.
  case none
}

/// Why a verdict was given; the raw value is the reason's name in every report (methodology 8).
public enum VerdictReason: String, Sendable, CaseIterable, BitwiseCopyable {
  // D1–D3b
  /// D1: the address is special-purpose.
  case specialPurpose = "special_purpose"
  /// D2: no claim or overlay covers the address.
  case noClaim = "no_claim"
  /// D3: before the claim's validity.
  case before
  /// D3: after the claim's validity.
  case after
  /// D3: the flow crosses an end of the claim's validity.
  case boundary
  /// D3: the claim is older than its `max_age`.
  case stale
  /// D3b: carved out of the actor's range.
  case excluded
  // D4–D7
  /// D4: a sinkhole.
  case sinkhole
  /// D4: a research scanner.
  case scanner
  /// D5: claimed for unrelated actors.
  case overlap
  /// D6: routing differs from the claim.
  case routeMismatch = "route_mismatch"
  /// D7: a claim says that the range is shared, without a more precise kind.
  case sharedUse = "shared"
  /// D7: leased.
  case leased
  /// D7: hosting.
  case hosting
  /// D7: VPN.
  case vpn
  /// D7: proxy.
  case proxy
  /// D7: Tor.
  case tor
  /// D7: content delivery network.
  case cdn
  /// D7: carrier-grade NAT.
  case cgnat
  /// D7: mobile carrier.
  case mobile
  /// D7: satellite.
  case satellite
  // D8–D9
  /// D8: an overlay hit whose snapshot is too far from the flow.
  case overlayStale = "overlay_stale"
  /// D9: the claim does not support exclusivity.
  case claimQuality = "claim_quality"
  // D10
  /// D10: backscatter.
  case backscatter
  /// D10: flood.
  case flood
  /// D10: guessing of sequence numbers.
  case isnGuessing = "isn_guessing"
  /// D10: malformed.
  case malformed
  // D11
  /// D11: one-way.
  case oneWay = "one_way"
  /// D11: half-open.
  case halfOpen = "half_open"
  /// D11: only an answer was seen.
  case responseOnly = "response_only"
  // D12
  /// D12: two-way, not verified.
  case twoWayUnverified = "two_way_unverified"
  /// D12: the sensor sees our own proxy, or the address is ours.
  case vantage
  /// D12: inner address of a tunnel.
  case tunnel
  /// D12: reported by a trusted proxy only.
  case attested
  // D13–D15
  /// D13: connect only.
  case connectOnly = "connect_only"
  /// D13: data from the range side only.
  case dataInOnly = "data_in_only"
  /// D13: mid-stream.
  case midstream
  /// D13: nonce echo.
  case nonceEcho = "nonce_echo"
  /// D14: direct.
  case direct
  /// D15: contacted.
  case contacted
  /// Beside another reason: a list of hosting holds the address, and the claim excepts it (1.3).
  case overlayException = "overlay_exception"
}
