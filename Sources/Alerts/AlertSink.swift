/// A place to which alerts go.
///
/// Each of its lane's threads has one of its own, which may take its time.
package protocol AlertSink: AnyObject {
  /// Delivers an alert.
  ///
  /// - Parameter alert: The alert.
  /// - Returns: What became of it.
  func deliver(_ alert: Alert) -> Delivery
}

/// What became of an alert.
package enum Delivery: Sendable, Equatable {
  /// It was taken.
  case taken
  /// It was looked at and not taken; another try would end alike.
  case refused(String)
  /// Something went wrong over there; another try may end otherwise.
  case failed(String)
  /// Nobody is there for now.
  case unreachable(String)
}
