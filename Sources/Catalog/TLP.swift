/// A label of the Traffic Light Protocol, version 2.0 (FIRST): how far something may be shared.
///
/// Labels compare by strictness: CLEAR is the least, RED the greatest.
public enum TLP: String, Sendable, CaseIterable, Comparable {
  /// For the eyes and ears of individual recipients only.
  case red = "RED"
  /// Within the recipient's organisation only.
  case amberStrict = "AMBER+STRICT"
  /// Within the recipient's organisation and its clients.
  case amber = "AMBER"
  /// Within the recipient's community.
  case green = "GREEN"
  /// No limit.
  case clear = "CLEAR"

  /// The label as it is printed: `TLP:AMBER+STRICT`.
  public var marking: String { "TLP:\(rawValue)" }

  /// Reads a label as people write it.
  ///
  /// - Parameter text: The label with or without `TLP:`, in capitals or not; nothing is made of any other text.
  public init?(reading text: String) {
    let label = text.uppercased()
    self.init(rawValue: label.hasPrefix("TLP:") ? String(label.dropFirst(4)) : label)
  }

  /// Orders labels by strictness.
  public static func < (lhs: TLP, rhs: TLP) -> Bool { lhs.permissiveness > rhs.permissiveness }

  private var permissiveness: Int {
    switch self {
    case .red: 0
    case .amberStrict: 1
    case .amber: 2
    case .green: 3
    case .clear: 4
    }
  }
}

extension Sequence<TLP> {
  /// The strictest of the labels: what holds of anything that rests on all of them (methodology 4.5).
  public var strictest: TLP { self.max() ?? .clear }
}
