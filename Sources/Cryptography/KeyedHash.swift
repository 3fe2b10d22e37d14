/// A keyed hash, so that equal secrets are recognised while nobody without the key can test a guess: HMAC-SHA-256
/// (RFC 2104) cut to its first 128 bits.
///
/// Values are equal under one key only: a run makes its own and writes it nowhere, a case keeps one for all its runs.
public struct KeyedHash: Sendable {
  /// A hash: 128 bits.
  public struct Value: Hashable, Sendable, BitwiseCopyable {
    /// The first 64 bits.
    public var high: UInt64
    /// The next 64 bits.
    public var low: UInt64

    /// Makes a value from its halves.
    ///
    /// - Parameters:
    ///   - high: The first 64 bits.
    ///   - low: The next 64 bits.
    public init(high: UInt64, low: UInt64) {
      self.high = high
      self.low = low
    }

    /// Uses the low half alone, which is as random as the whole.
    public func hash(into hasher: inout Hasher) { hasher.combine(low) }
  }

  private let key: [UInt8]

  /// Makes a hash under a random key.
  public init() {
    var generator = SystemRandomNumberGenerator()
    key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// Makes a hash under a key that is kept.
  ///
  /// - Parameter key: 32 random bytes.
  public init(key: [UInt8]) { self.key = key }

  /// The hash of a secret.
  ///
  /// - Parameter secret: The secret, of any length.
  /// - Returns: Its hash.
  /// - Complexity: O(n).
  public func callAsFunction(_ secret: [UInt8]) -> Value {
    let bytes = MessageAuthentication.code(secret, key: key)
    func half(_ start: Int) -> UInt64 { (start..<start + 8).reduce(0) { $0 << 8 | UInt64(bytes[$1]) } }
    return Value(high: half(0), low: half(8))
  }
}
