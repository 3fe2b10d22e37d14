import Assessment
import Flows
import Packets

/// How each format writes a value.
extension OutputBuffer {
  mutating func append(zeek value: FlowValue) {
    switch value {
    case .unset, .detail: append(UInt8(ascii: "-"))
    case .bool(let value): append(UInt8(ascii: value ? "T" : "F"))
    case .count(let value): append(decimal: value)
    case .time(let value): append(epoch: value)
    case .interval(let value): append(epoch: Timestamp(nanoseconds: value))
    case .address(let value): append(value)
    case .word(let value): append(value)
    case .text(let value): append(zeekString: value)
    case .uids(let value): append(value)
    }
  }

  mutating func append(csv value: FlowValue) {
    switch value {
    case .unset, .detail: break
    case .bool(let value): append(value ? "true" : "false")
    case .count(let value): append(decimal: value)
    case .time(let value): append(value)
    case .interval(let value): append(seconds: value)
    case .address(let value): append(value)
    case .word(let value): append(value)
    case .text(let value): append(csvString: value)
    case .uids(let value): append(value)
    }
  }

  /// Appends a value, of which a detail is written from the flow itself.
  mutating func append(
    json value: FlowValue, of record: FlowRecord, _ assessment: FlowAssessment, _ names: FlowNames
  ) {
    switch value {
    case .unset: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .count(let value): append(decimal: value)
    case .time(let value): appendQuoted { $0.append(value) }
    case .interval(let value): append(seconds: value)
    case .address(let value): append(jsonString: value)
    case .word(let value): append(jsonWord: value)
    case .text(let value): append(jsonString: value)
    case .uids(let value): append(list: [value]) { $0.append(jsonWord: $1) }
    case .detail(.frames): append(record.citations)
    case .detail(.inspection): append(record.content, attested: record.attested?.address, syn: record.syn)
    case .detail(.notes): append(list: record.notes.names) { $0.append(jsonWord: $1) }
    case .detail(.otherSide): append(assessment.otherSide, actor: names.otherActor)
    case .detail(.tunnel): append(record.tunnel)
    }
  }

  /// Appends elements with commas between them.
  mutating func append<Element>(
    list: [Element], _ start: Unicode.Scalar = "[", _ end: Unicode.Scalar = "]",
    _ write: (inout OutputBuffer, Element) -> Void
  ) {
    append(UInt8(ascii: start))
    for (index, element) in list.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      write(&self, element)
    }
    append(UInt8(ascii: end))
  }

  /// Appends what needs no escaping as a JSON string.
  @inline(__always)
  private mutating func appendQuoted(_ write: (inout OutputBuffer) -> Void) {
    append(UInt8(ascii: "\""))
    write(&self)
    append(UInt8(ascii: "\""))
  }

  mutating func append(jsonString address: IPAddress) { appendQuoted { $0.append(address) } }

  mutating func append(jsonString syn: SYNTuple) { appendQuoted { $0.append(syn) } }

  private mutating func append(jsonWord word: String) { appendQuoted { $0.append(word) } }

  private mutating func append(_ frames: FlowRecord.Citations?) {
    guard let frames else { return append("null") }
    append(frame: frames.ack, "{\"ack\":")
    append(frame: frames.ackedData, ",\"acked_data\":")
    append(frame: UInt64(frames.file), ",\"file\":")
    append(frame: frames.first, ",\"first\":")
    append(frame: frames.last, ",\"last\":")
    append(frame: frames.syn, ",\"syn\":")
    append(frame: frames.synAck, ",\"syn_ack\":")
    append(UInt8(ascii: "}"))
  }

  private mutating func append(frame number: UInt64?, _ key: String) {
    append(key)
    if let number { append(decimal: number) } else { append("null") }
  }

  private mutating func append(_ side: OtherSide?, actor: String?) {
    guard let side else { return append("null") }
    append("{\"actor\":")
    if let actor { append(jsonString: actor) } else { append("null") }
    append(",\"reason\":")
    append(jsonWord: side.reason.rawValue)
    append(",\"verdict\":")
    append(jsonWord: side.verdict.rawValue)
    append(UInt8(ascii: "}"))
  }

  private mutating func append(_ tunnel: FlowRecord.Tunnel?) {
    guard let tunnel else { return append("null") }
    append("{\"orig_ends\":")
    append(list: tunnel.originatorEnds) { $0.append(jsonString: $1) }
    append(",\"resp_ends\":")
    append(list: tunnel.responderEnds) { $0.append(jsonString: $1) }
    append(UInt8(ascii: "}"))
  }
}
