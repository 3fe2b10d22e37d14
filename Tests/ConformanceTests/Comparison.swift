import Flows
import Foundation
import Packets

/// What is compared of a flow.
enum Field: String, CaseIterable {
  case direction, conn_state, history, orig_bytes, resp_bytes, missed_bytes, orig_pkts, resp_pkts, orig_ip_bytes,
    resp_ip_bytes, duration, local, community_id
}

/// The records of one capture beside Zeek's.
struct Comparison {
  struct Pair {
    var row: ZeekRow
    var record: FlowRecord
    var differences: [Field]
  }

  var pairs: [Pair] = []
  var onlyZeek: [ZeekRow] = []
  var onlyOurs: [FlowRecord] = []

  init(rows: [ZeekRow], records: [FlowRecord]) {
    var ours = Dictionary(grouping: records, by: Key.init)
    for (key, group) in Dictionary(grouping: rows, by: Key.init) {
      var candidates = ours.removeValue(forKey: key) ?? []
      for row in group.sorted(by: { $0.time < $1.time }) {
        let close = candidates.indices.filter { isSame(candidates[$0].firstPacket, row.time) }
        // Of several flows that begin at once, the one that differs least.
        let best = close.min {
          differences(row, candidates[$0]).count < differences(row, candidates[$1]).count
        }
        if let best {
          let record = candidates.remove(at: best)
          pairs.append(Pair(row: row, record: record, differences: differences(row, record)))
        } else {
          onlyZeek.append(row)
        }
      }
      onlyOurs += candidates
    }
    onlyOurs += ours.values.joined()
  }

  /// Rows of one of Zeek's own tests, which have no time to be matched by: of all flows that a row may be, the one that
  /// differs least.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - records: The records.
  init(rows: [BaselineRow], records: [FlowRecord]) {
    var candidates: [(row: Int, record: Int, pair: Pair)] = []
    for (position, row) in rows.enumerated() {
      for (index, record) in records.enumerated() {
        guard let row = row.row(beside: record) else { continue }
        candidates.append((position, index, Pair(row: row, record: record, differences: differences(row, record))))
      }
    }
    candidates.sort {
      ($0.pair.differences.count, $0.row, $0.record) < ($1.pair.differences.count, $1.row, $1.record)
    }
    var rowsLeft = Set(rows.indices)
    var recordsLeft = Set(records.indices)
    for candidate in candidates where rowsLeft.contains(candidate.row) && recordsLeft.contains(candidate.record) {
      rowsLeft.remove(candidate.row)
      recordsLeft.remove(candidate.record)
      pairs.append(candidate.pair)
    }
    onlyZeek = rowsLeft.sorted().compactMap { rows[$0].row(beside: nil) }
    onlyOurs = recordsLeft.sorted().map { records[$0] }
  }

  struct Key: Hashable {
    var low: Endpoint
    var high: Endpoint
    var ipProtocol: IPProtocol

    init(_ row: ZeekRow) { self.init(row.originator, row.responder, row.ipProtocol) }
    init(_ record: FlowRecord) { self.init(record.originator, record.responder, record.ipProtocol) }
    private init(_ a: Endpoint, _ b: Endpoint, _ ipProtocol: IPProtocol) {
      (low, high) = a < b ? (a, b) : (b, a)
      self.ipProtocol = ipProtocol
    }
  }
}

/// Zeek keeps times as floating-point seconds and prints microseconds.
private func isSame(_ time: Timestamp, _ seconds: Double) -> Bool {
  abs(Double(time.nanoseconds) / 1e9 - seconds) < 2.1e-6
}

private func differences(_ row: ZeekRow, _ record: FlowRecord) -> [Field] {
  let isSameWay = row.originator == record.originator
  let sent = isSameWay ? record.originatorCounts : record.responderCounts
  let answered = isSameWay ? record.responderCounts : record.originatorCounts
  var differences: [Field] = []
  func check(_ field: Field, _ isSame: Bool) {
    if !isSame, row.fields.contains(field) { differences.append(field) }
  }
  check(.direction, isSameWay && row.responder == record.responder)
  check(.conn_state, row.state == record.connectionState.rawValue)
  check(.history, row.history == record.history)
  let hasDuration = record.duration != nil
  check(.orig_bytes, row.originatorBytes == (hasDuration ? sent.payloadBytes : nil))
  check(.resp_bytes, row.responderBytes == (hasDuration ? answered.payloadBytes : nil))
  check(.missed_bytes, row.missedBytes == record.missedBytes)
  check(.orig_pkts, row.originatorPackets == sent.packets)
  check(.resp_pkts, row.responderPackets == answered.packets)
  check(.orig_ip_bytes, row.originatorIPBytes == sent.ipBytes)
  check(.resp_ip_bytes, row.responderIPBytes == answered.ipBytes)
  let duration = record.duration.map { Double($0) / 1e9 }
  check(
    .duration,
    duration == nil && row.duration == nil || abs((duration ?? 0) - (row.duration ?? 0)) < 2.1e-6)
  let locals = [record.originatorIsLocal, record.responderIsLocal].map { $0 == true ? "T" : "F" }
  check(
    .local,
    [row.originatorIsLocal, row.responderIsLocal] == (isSameWay ? locals : locals.reversed()))
  var communityID = CommunityID()
  check(.community_id, row.communityID == communityID.string(for: record))
  return differences
}

extension FlowRecord {
  /// The record as a line that can be read beside Zeek's.
  var line: String {
    "\(Double(firstPacket.nanoseconds) / 1e9) \(originator.port)>\(responder.port) \(ipProtocol.rawValue) "
      + "dur \(duration.map { String(Double($0) / 1e9) } ?? "-") "
      + "bytes \(originatorCounts.payloadBytes) \(responderCounts.payloadBytes) "
      + "\(connectionState.rawValue) missed \(missedBytes) \(history) pkts \(originatorCounts.packets) "
      + "\(originatorCounts.ipBytes) \(responderCounts.packets) \(responderCounts.ipBytes) \(endReason.name)"
  }
}
