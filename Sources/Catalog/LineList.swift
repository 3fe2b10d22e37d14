/// How one line of a text format is read.
protocol LineFormat {
  /// Whether a line that is an IPv4 address or CIDR and nothing else is that network: then it is not looked at here.
  static var takesPlainIPv4: Bool { get }
  /// Reads a line and puts its networks, or why there are none, into the list.
  ///
  /// - Parameters:
  ///   - line: The line without its end.
  ///   - number: Its number, from 1.
  ///   - list: Takes what it says.
  mutating func read(_ line: ArraySlice<UInt8>, number: Int, into list: inout NetworkList)
}

extension LineFormat {
  static var takesPlainIPv4: Bool { false }
}

/// Reads a text format line by line from pieces that are cut anywhere; lines end with LF, CR or both.
struct LineList<Format: LineFormat>: NetworkListReader {
  private(set) var list: NetworkList
  private(set) var format: Format
  private(set) var lineCount = 0
  /// The start of a line whose end is not there yet, at most `longestLine` bytes.
  private var begun: [UInt8] = []
  private var isTooLong = false
  private var endedWithCR = false

  init(_ format: Format, _ policy: NetworkList.Policy) {
    self.format = format
    list = NetworkList(.line, policy)
  }

  /// A line can be skipped, but the text as a whole can always be read.
  var failure: String? { nil }

  mutating func append(_ piece: [UInt8]) {
    // Most lines are a network, few of less than 12 bytes; room that is not used costs no memory.
    list.reserve(piece.count / 12)
    var start = 0
    while start < piece.count {
      if Format.takesPlainIPv4, begun.isEmpty {
        let first = start
        list.addPlainIPv4(piece.span, from: &start, after: &lineCount)
        if start > first { endedWithCR = false }
      }
      takeLine(piece, from: &start)
    }
  }

  /// Takes a line, or keeps its start if the piece ends before it does.
  ///
  /// - Parameters:
  ///   - piece: The piece.
  ///   - start: Where in it the line starts, or goes on; afterwards, where the next one does.
  private mutating func takeLine(_ piece: [UInt8], from start: inout Int) {
    let bytes = piece.span
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), bytes[end] != UInt8(ascii: "\r") { end += 1 }
    let isSecondHalf = endedWithCR && end == start
    endedWithCR = end < bytes.count && bytes[end] == UInt8(ascii: "\r")
    if end == bytes.count {
      keep(piece[start...])
    } else if !isSecondHalf || endedWithCR {
      endLine(piece[start..<end])
    }
    start = end + 1
  }

  mutating func finish() { if !begun.isEmpty { endLine([]) } }

  private mutating func keep(_ part: ArraySlice<UInt8>) {
    let room = LineLimits.longestLine - begun.count
    begun += part.prefix(room)
    if part.count > room { isTooLong = true }
  }

  private mutating func endLine(_ rest: ArraySlice<UInt8>) {
    lineCount += 1
    // Most lines lie within one piece and are not copied.
    if begun.isEmpty, rest.count <= LineLimits.longestLine { return read(rest) }
    keep(rest)
    defer {
      begun.removeAll(keepingCapacity: true)
      isTooLong = false
    }
    if !isTooLong {
      read(begun[...])
    } else if begun.first != UInt8(ascii: "#") {
      list.count(.tooLong, line: lineCount)
    }
  }

  private mutating func read(_ line: ArraySlice<UInt8>) {
    // A byte order mark is no part of the first line.
    let mark = lineCount == 1 && line.starts(with: [0xEF, 0xBB, 0xBF])
    format.read(mark ? line.dropFirst(3) : line, number: lineCount, into: &list)
  }
}

/// Bounds of lines.
enum LineLimits {
  /// The longest line in bytes that is looked at.
  static let longestLine = 4096
}
