/// A clock that stamps packets and that nothing holds to the host's, as a network card's may be.
package enum ForeignClock {
  /// What is wrong with it.
  package struct Problem: Sendable, Equatable {
    /// A whole sentence, with the remedy.
    package let sentence: String
    /// Whether nothing may be judged by such times: a claim is valid for a time only.
    package let endsCapture: Bool
  }

  /// Nanoseconds beyond which it is said.
  private static let tolerance: Int64 = 1_000_000_000
  /// Nanoseconds beyond which it is no clock; the 37 seconds between TAI and UTC are less.
  private static let limit: Int64 = 60_000_000_000

  /// Compares it with the host's.
  ///
  /// - Parameter offset: Nanoseconds by which a packet's time is ahead of the host's when the packet is read.
  /// - Returns: What is wrong with it; nothing if it agrees.
  package static func problem(offset: Int64) -> Problem? {
    guard !(-tolerance...tolerance).contains(offset) else { return nil }
    let seconds = offset.magnitude / 1_000_000_000
    let sentence =
      "The clock that stamps packets is \(seconds) seconds \(offset < 0 ? "behind" : "ahead of") the host's. "
      + "Hold it to UTC with phc2sys(8), or leave --timestamp-type out."
    return Problem(sentence: sentence, endsCapture: !(-limit...limit).contains(offset))
  }
}
