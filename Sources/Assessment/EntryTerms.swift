import Catalog
import Packets

/// What the table asks of a claim, frozen as plain values so that judging a flow copies no strings and no arrays.
struct ClaimTerms: BitwiseCopyable {
  /// Index of the actor.
  let actor: Int
  /// What the claim says of the range.
  let use: Claim.Use
  /// Whether the claim itself can support exclusivity (X2, X5).
  let isSound: Bool
  /// Whether it overrides claims of others, and may.
  let canOverride: Bool
  /// Whether routing differs from the claim (X6).
  let isMisrouted: Bool
  /// The lowest and the highest address of the range.
  let lowest: IPAddress
  let highest: IPAddress
  /// The half-open window, the ends of `Int64` where it is open.
  let validFrom: Timestamp
  let validUntil: Timestamp
  /// The window without the guard margin at both ends.
  let innerFrom: Timestamp
  let innerUntil: Timestamp
  /// The last moment for which an open-ended claim is believed.
  let believedUntil: Timestamp

  init(_ claim: Claim) {
    let (earliest, latest) = (Timestamp(nanoseconds: .min), Timestamp(nanoseconds: .max))
    let margin = max(0, claim.guardMargin)
    actor = claim.actor
    use = claim.use
    isSound = claim.weaknesses.isEmpty
    canOverride = !claim.overrides.isEmpty && claim.canOverride
    isMisrouted = claim.routeCheck == .mismatch
    lowest = claim.prefixes.map(\.address).min() ?? IPAddress(bits: 0)
    highest = claim.prefixes.map(\.last).max() ?? IPAddress(bits: .max)
    validFrom = claim.validFrom ?? earliest
    validUntil = claim.validUntil ?? latest
    innerFrom = claim.validFrom?.advanced(by: margin) ?? earliest
    innerUntil = claim.validUntil?.advanced(by: -margin) ?? latest
    believedUntil = claim.validUntil == nil ? claim.lastKnown?.advanced(by: max(0, claim.maxAge)) ?? latest : latest
  }

  /// How a claim's window lies to a flow (methodology 1.2).
  enum Phase {
    /// The flow lies in the window, away from its ends by the guard margin, and the claim is not too old.
    case live
    /// The flow ends before the window.
    case before
    /// The flow begins after the window.
    case after
    /// The flow crosses an end of the window, or comes closer to it than the guard margin.
    case boundary
    /// The claim is open-ended, and the flow is later than it is believed.
    case stale

    /// The reason of row D3; nothing for a live claim.
    var reason: VerdictReason? {
      switch self {
      case .live: nil
      case .before: .before
      case .after: .after
      case .boundary: .boundary
      case .stale: .stale
      }
    }
  }

  /// How the half-open window lies to the closed interval of a flow.
  func phase(_ first: Timestamp, _ last: Timestamp) -> Phase {
    if last < validFrom { return .before }
    if first >= validUntil { return .after }
    if first < innerFrom || last >= innerUntil { return .boundary }
    return last > believedUntil ? .stale : .live
  }

  /// Whether the range lies in another, or is the same.
  ///
  /// Whole ranges are compared, never the prefixes that a first-last range was cut into: its last address may be a /32 of
  /// its own, and is for that no more specific than a /28 around it.
  func lies(in other: ClaimTerms) -> Bool { other.lowest <= lowest && highest <= other.highest }

  /// Whether the claim held at any moment of a flow.
  ///
  /// What speaks for exclusivity must hold all the time (`phase` is live); what speaks against it need only touch.
  func touches(_ first: Timestamp, _ last: Timestamp) -> Bool {
    validFrom <= last && first < validUntil && first <= believedUntil
  }
}

/// What the table asks of an overlay.
struct OverlayTerms: BitwiseCopyable {
  /// How far an overlay's day may be from a flow that it is to speak of: 30 days (methodology 1.3).
  static let window: Int64 = 30 * .day

  /// The reason that a hit gives; a list of a kind that says nothing of others is still a list of shared addresses.
  let reason: VerdictReason
  let snapshot: Timestamp

  init(_ overlay: Overlay) {
    reason = overlay.kind.sharedReason ?? .sharedUse
    snapshot = overlay.snapshot
  }

  /// Whether the overlay speaks of the time of a flow.
  func isLive(_ first: Timestamp, _ last: Timestamp) -> Bool {
    snapshot.distance(toFlowFrom: first, through: last) <= Self.window
  }
}

extension Int64 {
  /// Nanoseconds of a day.
  static let day: Int64 = 86_400_000_000_000
}

extension Timestamp {
  /// Nanoseconds from this moment to the nearest moment of a flow.
  func distance(toFlowFrom first: Timestamp, through last: Timestamp) -> Int64 {
    if self < first { return first.nanoseconds(since: self) }
    return last < self ? nanoseconds(since: last) : 0
  }

  /// The moment so many nanoseconds later; saturates at the ends of `Int64`.
  func advanced(by nanoseconds: Int64) -> Timestamp {
    let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
    return Timestamp(nanoseconds: overflow ? (nanoseconds < 0 ? .min : .max) : sum)
  }
}
