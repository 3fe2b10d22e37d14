import Foundation
import Packets

/// One line of Zeek's conn.log.
struct ZeekRow {
  var time: Double
  var originator: Endpoint
  var responder: Endpoint
  var protocolName: String
  var ipProtocol: IPProtocol
  var duration: Double?
  var originatorBytes: UInt64?
  var responderBytes: UInt64?
  var state: String
  var originatorIsLocal: String
  var responderIsLocal: String
  var missedBytes: UInt64
  var history: String
  var originatorPackets: UInt64
  var originatorIPBytes: UInt64
  var responderPackets: UInt64
  var responderIPBytes: UInt64
  var isTunnelled: Bool
  var communityID: String
  var service: String
  /// What the log says of the flow.
  var fields = Set(Field.allCases)
  /// The line's number in its log, where its time does not tell it apart.
  var position = 0

  init?(_ line: Substring) {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard fields.count >= 23, let time = Double(fields[0]), let originator = Endpoint(fields[2], fields[3]),
      let responder = Endpoint(fields[4], fields[5]), let number = UInt8(fields[21])
    else { return nil }
    self.time = time
    self.originator = originator
    self.responder = responder
    protocolName = fields[6]
    ipProtocol = IPProtocol(rawValue: number)
    service = fields[7]
    duration = Double(fields[8])
    originatorBytes = UInt64(fields[9])
    responderBytes = UInt64(fields[10])
    state = fields[11]
    originatorIsLocal = fields[12]
    responderIsLocal = fields[13]
    missedBytes = UInt64(fields[14]) ?? 0
    history = fields[15] == "-" ? "" : fields[15]
    originatorPackets = UInt64(fields[16]) ?? 0
    originatorIPBytes = UInt64(fields[17]) ?? 0
    responderPackets = UInt64(fields[18]) ?? 0
    responderIPBytes = UInt64(fields[19]) ?? 0
    isTunnelled = fields[20] != "-"
    communityID = fields[22]
  }

  /// The line as the record's `line` has it.
  var text: String {
    "\(time) \(originator.port)>\(responder.port) \(ipProtocol.rawValue) dur \(duration.map { String($0) } ?? "-") "
      + "bytes \(originatorBytes ?? 0) \(responderBytes ?? 0) \(state) missed \(missedBytes) \(history) "
      + "pkts \(originatorPackets) \(originatorIPBytes) \(responderPackets) \(responderIPBytes) \(service)"
  }

  static func rows(of log: String) throws -> [ZeekRow] {
    try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
      .compactMap { ZeekRow($0) }
  }
}

extension Endpoint {
  init?(_ address: String, _ port: String) {
    guard let address = IPAddress(text: address), let port = UInt16(port) else { return nil }
    self.init(address: address, port: port)
  }
}

extension IPAddress {
  /// An address from its text, by the system's own reading of it.
  init?(text: String) {
    var four = in_addr()
    var six = in6_addr()
    if unsafe inet_pton(AF_INET, text, &four) == 1 {
      self.init(v4: UInt32(bigEndian: four.s_addr))
    } else if unsafe inet_pton(AF_INET6, text, &six) == 1 {
      let bits = unsafe withUnsafeBytes(of: &six) { bytes in
        unsafe bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
      }
      self.init(bits: bits)
    } else {
      return nil
    }
  }
}

extension IPPrefix {
  init?(text: String, _ length: Int) {
    guard let address = IPAddress(text: text) else { return nil }
    self.init(address: address, length: length)
  }
}
