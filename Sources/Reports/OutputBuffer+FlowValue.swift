import Assessment
import Flows
import Packets

/// How each format writes a value.
extension OutputBuffer {
  mutating func append(zeek value: FlowValue) {
    switch value {
    case .unset, .frames, .otherSide, .tunnel, .words, .inspection: append(UInt8(ascii: "-"))
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
    case .unset, .frames, .otherSide, .tunnel, .words, .inspection: break
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

  mutating func append(json value: FlowValue) {
    switch value {
    case .unset: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .count(let value): append(decimal: value)
    case .time(let value):
      append(UInt8(ascii: "\""))
      append(value)
      append(UInt8(ascii: "\""))
    case .interval(let value): append(seconds: value)
    case .address(let value):
      append(UInt8(ascii: "\""))
      append(value)
      append(UInt8(ascii: "\""))
    case .word(let value):
      append(UInt8(ascii: "\""))
      append(value)
      append(UInt8(ascii: "\""))
    case .text(let value): append(jsonString: value)
    case .uids(let value): append("[\"\(value)\"]")
    case .frames(let citations): append(citations)
    case .otherSide(let side, let actor):
      append("{\"actor\":")
      if let actor { append(jsonString: actor) } else { append("null") }
      append(",\"reason\":\"\(side.reason.rawValue)\",\"verdict\":\"\(side.verdict.rawValue)\"}")
    case .words(let words):
      append(words.isEmpty ? "[]" : "[\"\(words.joined(separator: "\",\""))\"]")
    case .tunnel(let tunnel):
      append("{\"orig_ends\":")
      append(tunnel.originatorEnds)
      append(",\"resp_ends\":")
      append(tunnel.responderEnds)
      append(UInt8(ascii: "}"))
    case .inspection(let content, let attested, let syn): append(content, attested: attested, syn: syn)
    }
  }

  private mutating func append(_ addresses: [IPAddress]) {
    append(UInt8(ascii: "["))
    for (index, address) in addresses.enumerated() {
      append(index == 0 ? "\"" : ",\"")
      append(address)
      append(UInt8(ascii: "\""))
    }
    append(UInt8(ascii: "]"))
  }

  private mutating func append(_ frames: FlowRecord.Citations) {
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
}
