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
    let bytes = piece.span
    let takesPlainIPv4 = Format.takesPlainIPv4
    var start = 0
    var index = 0
    while index < bytes.count {
      if index == start, takesPlainIPv4, begun.isEmpty,
        let (prefix, end) = NetworkText.plainIPv4(bytes, from: start), end < bytes.count,
        bytes[end] == UInt8(ascii: "\n")
      {
        // Nearly every line of nearly every list.
        lineCount += 1
        list.add(prefix, line: lineCount)
        start = end + 1
        index = start
        endedWithCR = false
        continue
      }
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        let isSecondHalf = byte == UInt8(ascii: "\n") && endedWithCR && index == start
        if !isSecondHalf { endLine(piece[start..<index]) }
        endedWithCR = byte == UInt8(ascii: "\r")
        start = index + 1
      } else if index == start {
        endedWithCR = false
      }
      index += 1
    }
    if start < piece.count { keep(piece[start...]) }
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
