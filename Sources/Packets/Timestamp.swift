/// A moment in packet time: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
@frozen
public struct Timestamp: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Nanoseconds since the epoch; negative before it.
  ///
  /// Covers the years 1678–2262.
  public var nanoseconds: Int64

  /// Makes a timestamp.
  ///
  /// - Parameter nanoseconds: Nanoseconds since the epoch.
  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Makes a timestamp from whole seconds.
  ///
  /// - Parameter seconds: Seconds since the epoch; must lie within 1678–2262.
  @inlinable
  public init(seconds: Int64) { self.nanoseconds = seconds * 1_000_000_000 }

  /// Orders timestamps by time.
  @inlinable
  public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool { lhs.nanoseconds < rhs.nanoseconds }

  /// The nanoseconds from `earlier` to this moment; saturates at the ends of `Int64`.
  ///
  /// - Parameter earlier: The moment to count from.
  /// - Returns: The difference, negative if `earlier` is later.
  @inlinable
  public func nanoseconds(since earlier: Timestamp) -> Int64 {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    return overflow ? (nanoseconds < earlier.nanoseconds ? .min : .max) : difference
  }
}
