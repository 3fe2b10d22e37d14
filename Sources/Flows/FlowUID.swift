import Packets

/// The `uid` of a flow record, in the form of Zeek's: `C` and letters and digits.
///
/// It depends on the flow alone: its endpoints, protocol, VLAN tags and the time of its first packet (and, where several
/// flows of the same endpoints begin at the same moment, on which of them it is; where time fell back by a minute, or from
/// one flow of the same endpoints to the next, on the number of its first frame), the tunnel that it was seen in and, of
/// several sensors, the sensor; not on file names, compression, options, threads or what else was captured. The same input
/// gives the same uid in every run. 96 bits of a SHA-1 stand in it, so that flows of many captures may be put together. One
/// instance serves any number of flows. Not thread-safe.
public struct FlowUID: ~Copyable {
  private var message = MessageDigest()
  private let digits: InlineArray<62, UInt8>

  /// Makes the function.
  public init() {
    let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    self.digits = InlineArray { digits[$0] }
  }

  /// What a uid says, before it is text.
  public struct Value: Sendable, Hashable, BitwiseCopyable {
    let high: UInt32
    let low: UInt64

    package init(high: UInt32, low: UInt64) { (self.high, self.low) = (high, low) }
  }

  /// The uid of a flow.
  ///
  /// - Parameter record: The flow.
  /// - Returns: `C` and 17 letters and digits.
  /// - Complexity: O(1).
  public mutating func string(for record: FlowRecord) -> String { string(value(for: record)) }

  /// The uid of a flow as a number.
  ///
  /// - Parameter record: The flow.
  /// - Returns: 96 bits.
  /// - Complexity: O(1).
  public mutating func value(for record: FlowRecord) -> Value {
    append(record.originator)
    append(record.responder)
    message.append(record.ipProtocol.rawValue)
    message.append(record.vlan.outer)
    message.append(record.vlan.inner)
    message.append(record.firstPacket.nanoseconds)
    message.append(record.ordinal)
    if record.scope != .line { message.append(record.scope) }
    let digest = message.finishScope()
    return Value(high: digest.high, low: digest.low)
  }

  /// The text of a uid.
  ///
  /// - Parameter value: The uid as a number.
  /// - Returns: `C` and 17 letters and digits.
  /// - Complexity: O(1).
  public func string(_ value: Value) -> String {
    // 62^17 > 2^96: every number has its own text. 62^10 divides it in two that fit in 64 bits; `high` is below 62^10.
    let (upper, lower) = UInt64(839_299_365_868_340_224).dividingFullWidth((UInt64(value.high), value.low))
    var text = InlineArray<18, UInt8>(repeating: UInt8(ascii: "C"))
    write(lower, into: &text, 8..<18)
    write(upper, into: &text, 1..<8)
    return String(decoding: text)
  }

  @inline(__always)
  private mutating func append(_ endpoint: Endpoint) {
    message.append(endpoint.address)
    message.append(endpoint.port)
  }

  /// Writes the last digits of a number to base 62.
  private func write(_ number: UInt64, into text: inout InlineArray<18, UInt8>, _ positions: Range<Int>) {
    var rest = number
    for position in positions.reversed() {
      text[position] = digits[Int(rest % 62)]
      rest /= 62
    }
  }
}
