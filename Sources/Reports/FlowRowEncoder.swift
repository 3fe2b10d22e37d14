import Assessment
import Flows
import Packets

/// The formats of a flow log; the raw value is the name on the command line.
public enum FlowLogFormat: String, Sendable, CaseIterable {
  /// Zeek's tab-separated log with its header.
  case zeek
  /// One JSON object a line, keys sorted; fields that are not set are null.
  case json
  /// RFC 4180 with a header row, lines end with CRLF; fields that are not set are empty.
  case csv
}

/// Writes flow rows in one format.
struct FlowRowEncoder {
  private let format: FlowLogFormat
  private let columns: [FlowField]
  private let unwatchedObject: [FlowField]
  private let watchedObject: [FlowField]

  init(_ format: FlowLogFormat, isDemonstration: Bool, withFinding: Bool = false) {
    self.format = format
    columns =
      FlowField.columns + (withFinding ? [FlowField.finding] : [])
      + (isDemonstration ? [FlowField.demonstrationData] : [])
    unwatchedObject = columns.sorted { $0.name < $1.name }
    watchedObject = (columns + FlowField.watchedInJSON).sorted { $0.name < $1.name }
  }

  /// Appends what stands before the first row.
  func appendHeader(to buffer: inout OutputBuffer, comments: [String]) {
    switch format {
    case .json: break
    case .csv:
      for (index, column) in columns.enumerated() {
        if index > 0 { buffer.append(UInt8(ascii: ",")) }
        buffer.append(column.name)
      }
      buffer.append("\r\n")
    case .zeek:
      buffer.append("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n")
      for comment in comments { buffer.append("#comment\t\(comment.madeSafe)\n") }
      for (label, names) in [("#fields", columns.map(\.name)), ("#types", columns.map(\.zeekType))] {
        buffer.append(label)
        for name in names { buffer.append("\t\(name)") }
        buffer.append(UInt8(ascii: "\n"))
      }
    }
  }

  /// Appends what stands after the last row: in a Zeek log, that it is whole.
  ///
  /// `#close` holds packet time, and there is no `#open`: a wall clock would make two runs differ.
  func appendFooter(to buffer: inout OutputBuffer, lastPacket: Timestamp?) {
    guard format == .zeek else { return }
    buffer.append("#close\t\(lastPacket?.text(.zeekStamp) ?? "-")\n")
  }

  /// Appends one flow with the end of its line.
  func append(_ row: borrowing FlowRow, to buffer: inout OutputBuffer) {
    switch format {
    case .json:
      appendObject(row, to: &buffer)
      buffer.append(UInt8(ascii: "\n"))
    case .csv:
      for index in columns.indices {
        if index > 0 { buffer.append(UInt8(ascii: ",")) }
        buffer.append(csv: columns[index].value(row))
      }
      buffer.append("\r\n")
    case .zeek:
      for index in columns.indices {
        if index > 0 { buffer.append(UInt8(ascii: "\t")) }
        buffer.append(zeek: columns[index].value(row))
      }
      buffer.append(UInt8(ascii: "\n"))
    }
  }

  /// Appends one flow as a JSON object on one line, without the line's end.
  func appendObject(_ row: borrowing FlowRow, to buffer: inout OutputBuffer) {
    let fields = row.assessment.coveredSide == nil ? unwatchedObject : watchedObject
    for index in fields.indices {
      buffer.append(index == 0 ? "{\"" : ",\"")
      buffer.append(fields[index].name)
      buffer.append("\":")
      buffer.append(json: fields[index].value(row))
    }
    buffer.append(UInt8(ascii: "}"))
  }
}

extension OutputBuffer {
  fileprivate mutating func append(zeek value: FlowValue) {
    switch value {
    case .unset, .frames, .emptyObject: append(UInt8(ascii: "-"))
    case .bool(let value): append(UInt8(ascii: value ? "T" : "F"))
    case .count(let value): append(decimal: value)
    case .time(let value): append(seconds: value.nanoseconds, digits: 6)
    case .interval(let start, let end):
      // Cut like both times are, so that `ts` + `duration` is the time of the last packet.
      let microseconds = end.nanoseconds.flooredQuotient(by: 1_000) - start.nanoseconds.flooredQuotient(by: 1_000)
      append(seconds: microseconds.multipliedReportingOverflow(by: 1_000).partialValue, digits: 6)
    case .address(let value): append(value)
    case .word(let value): append(value)
    case .text(let value): append(zeekString: value)
    }
  }

  fileprivate mutating func append(csv value: FlowValue) {
    switch value {
    case .unset, .frames, .emptyObject: break
    case .bool(let value): append(value ? "true" : "false")
    case .count(let value): append(decimal: value)
    case .time(let value): append(value)
    case .interval(let start, let end): append(seconds: end.nanoseconds(since: start), digits: 9)
    case .address(let value): append(value)
    case .word(let value): append(value)
    case .text(let value): append(csvString: value)
    }
  }

  fileprivate mutating func append(json value: FlowValue) {
    switch value {
    case .unset: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .count(let value): append(decimal: value)
    case .time(let value):
      append(UInt8(ascii: "\""))
      append(value)
      append(UInt8(ascii: "\""))
    case .interval(let start, let end): append(seconds: end.nanoseconds(since: start), digits: 9)
    case .address(let value):
      append(UInt8(ascii: "\""))
      append(value)
      append(UInt8(ascii: "\""))
    case .word(let value):
      append(UInt8(ascii: "\""))
      append(value)
      append(UInt8(ascii: "\""))
    case .text(let value): append(jsonString: value)
    case .frames(let citations): append(citations)
    case .emptyObject: append("{}")
    }
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
