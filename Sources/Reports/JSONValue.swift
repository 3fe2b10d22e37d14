import Assessment
import Capture
import Foundation
import POSIX

/// A JSON document before it is written: objects have their keys sorted, so that the same report is the same bytes.
enum JSONValue {
  case null
  case bool(Bool)
  case number(UInt64)
  /// A number with a fraction, to nine significant digits, beyond which mathematics libraries differ; null if it is no
  /// number.
  case decimal(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
  /// Flow records, a line each, written from the list of flow fields.
  case flows([AssessedFlow])

  /// The string, or null where there is none.
  static func string(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  /// The number, or null where there is none.
  static func number(_ value: UInt64?) -> JSONValue { value.map { .number($0) } ?? .null }

  static func strings(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map { .string($0) }) }

  private var isNested: Bool {
    switch self {
    case .array, .object, .flows: true
    case .null, .bool, .number, .decimal, .string: false
    }
  }

  /// Writes the value with two spaces of indentation a level; arrays of plain values take one line.
  func write(to buffer: inout OutputBuffer, flows: inout FlowRowWriter, level: Int = 0) throws {
    switch self {
    case .null: buffer.append("null")
    case .bool(let value): buffer.append(value ? "true" : "false")
    case .number(let value): buffer.append(decimal: value)
    case .decimal(let value): buffer.append(value.isFinite ? String(format: "%.9g", value) : "null")
    case .string(let text): buffer.append(jsonString: text)
    case .flows(let list):
      buffer.append(UInt8(ascii: "["))
      try flows.append(list, level: level + 1, to: &buffer)
      if !list.isEmpty { buffer.appendLine(level: level) }
      buffer.append(UInt8(ascii: "]"))
    case .array(let elements):
      let isMultiline = elements.contains(where: \.isNested)
      buffer.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { buffer.append(isMultiline ? "," : ", ") }
        if isMultiline { buffer.appendLine(level: level + 1) }
        try element.write(to: &buffer, flows: &flows, level: level + 1)
        try buffer.flushIfFull()
      }
      if isMultiline { buffer.appendLine(level: level) }
      buffer.append(UInt8(ascii: "]"))
    case .object(let members):
      buffer.append(UInt8(ascii: "{"))
      let sorted = members.sorted { $0.key < $1.key }
      for (index, member) in sorted.enumerated() {
        if index > 0 { buffer.append(UInt8(ascii: ",")) }
        buffer.appendLine(level: level + 1)
        buffer.append(jsonString: member.key)
        buffer.append(": ")
        try member.value.write(to: &buffer, flows: &flows, level: level + 1)
      }
      if !members.isEmpty { buffer.appendLine(level: level) }
      buffer.append(UInt8(ascii: "}"))
    }
  }
}

extension FlowRowWriter {
  /// Rows of a piece, which one thread writes: some hundred kilobytes.
  private static let pieceLength = 128

  /// Appends flows as JSON objects with commas between them, each on a line of its own; with another thread, half of them.
  ///
  /// - Complexity: O(n); four pieces wait in memory at most.
  fileprivate mutating func append(_ flows: [AssessedFlow], level: Int, to buffer: inout OutputBuffer) throws {
    let others = Channel<[UInt8]>(capacity: 4)
    defer { others.close() }
    let isShared = threads > 1 && flows.count > Self.pieceLength && startOther(flows, level, others)
    for start in stride(from: 0, to: flows.count, by: Self.pieceLength) {
      if isShared, start / Self.pieceLength % 2 == 1, let piece = others.receive() {
        try buffer.append(piece: piece)
      } else {
        append(flows, from: start, level, to: &buffer)
        try buffer.flushIfFull()
      }
    }
  }

  /// Starts a thread that writes every other piece.
  ///
  /// - Returns: Whether there is one to be had.
  private func startOther(_ flows: [AssessedFlow], _ level: Int, _ pieces: Channel<[UInt8]>) -> Bool {
    let (format, catalog, isDemonstration) = (format, catalog, isDemonstration)
    return startThread {
      var writer = FlowRowWriter(format, catalog: catalog, isDemonstration: isDemonstration)
      // Once the list is given up, what is written goes nowhere.
      var buffer = OutputBuffer { guard pieces.send($0) else { throw CancellationError() } }
      for start in stride(from: Self.pieceLength, to: flows.count, by: 2 * Self.pieceLength) {
        writer.append(flows, from: start, level, to: &buffer)
        guard (try? buffer.flush()) != nil else { return }
      }
    }
  }

  private mutating func append(_ flows: [AssessedFlow], from start: Int, _ level: Int, to buffer: inout OutputBuffer) {
    // A span lends its elements, an array hands out copies.
    let lent = flows.span
    for index in start..<min(start + Self.pieceLength, flows.count) {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      buffer.appendLine(level: level)
      appendObject(lent[index].record, lent[index].assessment, to: &buffer)
    }
  }
}

extension OutputBuffer {
  fileprivate mutating func appendLine(level: Int) {
    append(UInt8(ascii: "\n"))
    for _ in 0..<2 * level { append(UInt8(ascii: " ")) }
  }
}
