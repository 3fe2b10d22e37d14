import Flows
import Packets

enum StandIns {
  static func uid(of record: FlowRecord) -> String { "C0" }
  static func communityID(of record: FlowRecord) -> String? { nil }
}

extension IPAddress {
  var description: String {
    isIPv4
      ? stride(from: UInt32(24), through: 0, by: -8).map { String(v4 >> $0 & 0xFF) }.joined(separator: ".")
      : (0..<8).map { String((bits >> UInt128(112 - 16 * $0)) & 0xFFFF, radix: 16) }.joined(separator: ":")
  }
}

extension IPPrefix {
  var description: String { "\(address.description)/\(length)" }
}
