import Catalog
import Packets

extension Claim {
  /// How a claim's window lies to a flow (methodology 1.2).
  enum Phase: Equatable {
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
  }

  /// How the claim's half-open window lies to the closed interval of a flow.
  func phase(_ first: Timestamp, _ last: Timestamp) -> Phase {
    if let validFrom, last < validFrom { return .before }
    if let validUntil, first >= validUntil { return .after }
    let margin = max(0, guardMargin)
    if let validFrom, first < validFrom.advanced(by: margin) { return .boundary }
    if let validUntil, last >= validUntil.advanced(by: -margin) { return .boundary }
    if let believedUntil, last > believedUntil { return .stale }
    return .live
  }

  /// Whether the claim held at any moment of a flow.
  ///
  /// What speaks for exclusivity must hold all the time (`phase` is live); what speaks against it need only touch.
  func touches(_ first: Timestamp, _ last: Timestamp) -> Bool {
    switch phase(first, last) {
    case .live, .boundary: true
    case .before, .after: false
    case .stale: believedUntil.map { first <= $0 } ?? false
    }
  }

  /// The last moment for which an open-ended claim is believed; nothing if it has an end, or no date to count from.
  private var believedUntil: Timestamp? {
    validUntil == nil ? asOf?.advanced(by: max(0, maxAge)) : nil
  }
}

extension Overlay {
  /// How far an overlay's day may be from a flow that it is to speak of: 30 days (methodology 1.3).
  static let window: Int64 = 30 * .day

  /// Whether the overlay speaks of the time of a flow.
  func isLive(_ first: Timestamp, _ last: Timestamp) -> Bool { distance(first, last) <= Self.window }

  /// Nanoseconds from the overlay's day to the nearest moment of a flow.
  func distance(_ first: Timestamp, _ last: Timestamp) -> Int64 {
    if snapshot < first { return first.nanoseconds(since: snapshot) }
    if last < snapshot { return snapshot.nanoseconds(since: last) }
    return 0
  }
}

extension Int64 {
  /// Nanoseconds of a day.
  static let day: Int64 = 86_400_000_000_000
}

extension Timestamp {
  /// The moment so many nanoseconds later; saturates at the ends of `Int64`.
  func advanced(by nanoseconds: Int64) -> Timestamp {
    let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
    return Timestamp(nanoseconds: overflow ? (nanoseconds < 0 ? .min : .max) : sum)
  }
}
