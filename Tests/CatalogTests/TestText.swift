import Foundation
import Packets

/// Slow, independent readers of networks, for tests only: by way of the system's `inet_pton`.
enum TestText {
  /// The address that a text names.
  static func address(_ text: String) -> IPAddress? {
    var four = in_addr()
    if unsafe inet_pton(AF_INET, text, &four) == 1 { return IPAddress(v4: UInt32(bigEndian: four.s_addr)) }
    var six = [UInt8](repeating: 0, count: 16)
    guard unsafe inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    return IPAddress(bits: six.reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
  }

  /// The prefix that CIDR text or an address names.
  static func prefix(_ text: String) -> IPPrefix? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first, let address = address(String(first)) else { return nil }
    let full = text.contains(":") ? 128 : 32
    guard let length = parts.count > 1 ? Int(parts[1]) : full else { return nil }
    return IPPrefix(address: address, length: address.isIPv4 && full == 128 ? length - 96 : length)
  }
}
