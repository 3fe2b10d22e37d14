import Packets

/// The `uid` of a flow record, in the form of Zeek's: `C` and letters and digits.
///
/// It depends on the flow alone: its endpoints, protocol, VLAN tags and the time of its first packet (and, where several
/// flows of the same endpoints begin at the same moment, on which of them it is), not on file names, compression, options or
/// what else was captured. The same input gives the same uid in every run. 96 bits of a SHA-1 stand in it, so that flows of
/// many captures may be put together. One instance serves any number of flows. Not thread-safe.
public struct FlowUID: ~Copyable {
  private var message = MessageDigest()

  /// Makes the function.
  public init() {}

  /// The uid of a flow.
  ///
  /// - Parameter record: The flow.
  /// - Returns: `C` and 17 letters and digits.
  /// - Complexity: O(1).
  public mutating func string(for record: FlowRecord) -> String {
    for endpoint in [record.originator, record.responder] {
      message.append(endpoint.address.bits)
      message.append(endpoint.port)
    }
    message.append(record.ipProtocol.rawValue)
    message.append(record.vlan.outer)
    message.append(record.vlan.inner)
    message.append(record.firstPacket.nanoseconds)
    message.append(record.ordinal)
    var number = message.finish().prefix(12).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    var text = [UInt8](repeating: digits[0], count: 18)
    text[0] = UInt8(ascii: "C")
    // 62^17 > 2^96: every number has its own text.
    for position in stride(from: 17, to: 0, by: -1) {
      text[position] = digits[Int(number % 62)]
      number /= 62
    }
    return String(decoding: text, as: UTF8.self)
  }
}
