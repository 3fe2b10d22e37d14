import Flows
import Foundation
import Packets

/// One line of a conn.log that one of Zeek's own tests expects: some of the columns, no time.
struct BaselineRow {
  /// The line's number in its log, and its text by column.
  let position: Int
  private let columns: [String: String]

  /// What is compared of it; whether addresses are local depends on what the test configured.
  let fields: Set<Field>

  private init(position: Int, columns: [String: String]) {
    self.position = position
    self.columns = columns
    var fields = Set(Field.allCases.filter { columns[$0.rawValue] != nil })
    if columns["id.orig_h"] != nil, columns["id.resp_h"] != nil { fields.insert(.direction) }
    self.fields = fields
  }

  var isTunnelled: Bool { !["-", "(empty)"].contains(columns["tunnel_parents"] ?? "-") }

  /// Whether the row names its endpoints' addresses, and so can be told from others.
  var isPlaced: Bool { fields.contains(.direction) }

  /// The row with what it does not say taken from a record.
  ///
  /// - Parameter record: The record; nothing for the row alone, which must name its endpoints.
  /// - Returns: The row; nothing if the record cannot be the row's flow.
  func row(beside record: FlowRecord?) -> ZeekRow? {
    let originator: Endpoint
    let responder: Endpoint
    if let record {
      if isBetween(record.originator, record.responder) {
        (originator, responder) = (record.originator, record.responder)
      } else if isBetween(record.responder, record.originator) {
        (originator, responder) = (record.responder, record.originator)
      } else {
        return nil
      }
    } else if let first = Endpoint(columns["id.orig_h"] ?? "", columns["id.orig_p"] ?? "0"),
      let second = Endpoint(columns["id.resp_h"] ?? "", columns["id.resp_p"] ?? "0")
    {
      (originator, responder) = (first, second)
    } else {
      return nil
    }
    guard let ipProtocol = ipProtocol ?? record?.ipProtocol, record.map({ $0.ipProtocol == ipProtocol }) ?? true else {
      return nil
    }
    let time = Double(record?.firstPacket.nanoseconds ?? 0) / 1e9
    return ZeekRow(
      position: position, columns: columns, fields: fields, time: time, originator: originator, responder: responder,
      ipProtocol: ipProtocol)
  }

  private func isBetween(_ originator: Endpoint, _ responder: Endpoint) -> Bool {
    func isSame<Value: Equatable>(_ column: String, _ value: Value, _ read: (String) -> Value?) -> Bool {
      columns[column].map { read($0) == value } ?? true
    }
    return isSame("id.orig_h", originator.address) { IPAddress(text: $0) }
      && isSame("id.orig_p", originator.port) { UInt16($0) }
      && isSame("id.resp_h", responder.address) { IPAddress(text: $0) }
      && isSame("id.resp_p", responder.port) { UInt16($0) }
  }

  private var ipProtocol: IPProtocol? {
    if let number = columns["ip_proto"].flatMap({ UInt8($0) }) { return IPProtocol(rawValue: number) }
    return ["tcp": IPProtocol.tcp, "udp": .udp][columns["proto"] ?? ""]
  }

  /// The rows of a log whose columns are named, by `#fields` or in the first line; else none.
  static func rows(of log: String) throws -> [BaselineRow] {
    var names: [String] = []
    var rows: [BaselineRow] = []
    for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") {
      let texts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if line.hasPrefix("#fields") {
        names = Array(texts.dropFirst())
      } else if line.hasPrefix("#") {
        continue
      } else if names.isEmpty {
        guard texts.contains(where: { ["uid", "history", "id.orig_h"].contains($0) }) else { return [] }
        names = texts
      } else if texts.count == names.count {
        let columns = Dictionary(zip(names, texts)) { $1 }
        rows.append(BaselineRow(position: rows.count, columns: columns))
      }
    }
    return rows
  }
}

extension ZeekRow {
  fileprivate init(
    position: Int, columns: [String: String], fields: Set<Field>, time: Double, originator: Endpoint,
    responder: Endpoint, ipProtocol: IPProtocol
  ) {
    self.position = position
    self.fields = fields
    self.time = time
    self.originator = originator
    self.responder = responder
    self.ipProtocol = ipProtocol
    protocolName = columns["proto"] ?? "-"
    service = columns["service"] ?? "-"
    duration = Double(columns["duration"] ?? "-")
    originatorBytes = UInt64(columns["orig_bytes"] ?? "-")
    responderBytes = UInt64(columns["resp_bytes"] ?? "-")
    state = columns["conn_state"] ?? "-"
    originatorIsLocal = "-"
    responderIsLocal = "-"
    missedBytes = UInt64(columns["missed_bytes"] ?? "-") ?? 0
    history = columns["history"].map { $0 == "-" ? "" : $0 } ?? ""
    originatorPackets = UInt64(columns["orig_pkts"] ?? "-") ?? 0
    originatorIPBytes = UInt64(columns["orig_ip_bytes"] ?? "-") ?? 0
    responderPackets = UInt64(columns["resp_pkts"] ?? "-") ?? 0
    responderIPBytes = UInt64(columns["resp_ip_bytes"] ?? "-") ?? 0
    isTunnelled = false
    communityID = ""
  }
}
