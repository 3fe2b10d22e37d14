import TestSupport

@testable import Inspection

/// What a datagram's nonces are, in their order.
struct Found: Equatable, CustomStringConvertible {
  var nonce: Nonce
  var use: Nonce.Use
  var description: String { "\(use) \(nonce.kind)" }

  static func read(_ datagram: [UInt8], from source: UInt16 = 40_000, to destination: UInt16 = 9_999) -> [Found] {
    var found: [Found] = []
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    let span = unsafe datagram.span.bytes
    DatagramNonces.read(span, sourcePort: source, destinationPort: destination) {
      found.append(Found(nonce: $0, use: $1))
    }
    return found
  }

  /// The packets of a QUIC datagram.
  static func packets(_ datagram: [UInt8], isWhole: Bool = true) -> [QUICPacket] {
    var packets: [QUICPacket] = []
    // As above.
    let span = unsafe datagram.span.bytes
    QUICPacket.walk(span, isWhole: isWhole) { packets.append($0) }
    return packets
  }
}

/// A QUIC connection id.
func connectionID(_ bytes: [UInt8]) -> QUICConnectionID {
  // Bytes have no padding, the only hazard of viewing elements as raw bytes.
  let span = unsafe bytes.span.bytes
  return QUICConnectionID(span, 0..<bytes.count)
}

/// Bytes written in hexadecimal digits.
func hex(_ digits: String) -> [UInt8] {
  let values = digits.compactMap(\.hexDigitValue)
  return stride(from: 0, to: values.count - 1, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
}
