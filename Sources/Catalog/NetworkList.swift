import Packets

/// Reads a list of networks piece by piece: one network a line (netset), or in the first column (CSV).
///
/// A network is CIDR, an address, or first-last. `#` and `;` start comments in a netset, `#` in CSV. In CSV a second column
/// that is an address too makes a range of the two; a first line that is no network is a header. Every line that is
/// not used as written is counted under its reason.
struct NetworkList {
  /// The most networks of one list; a full table of the internet has about a million.
  static let mostPrefixes = 16_000_000
  /// The longest line in bytes that is looked at.
  static let longestLine = 4096

  /// Lines that were not used as written, for one reason.
  struct Fault: CustomStringConvertible {
    let reason: Reason
    /// How many there are.
    var count = 0
    /// The numbers of the first of them.
    var lines: [Int] = []

    /// At most this many lines are named.
    static let mostLines = 20

    var description: String {
      let numbers = lines.map(String.init).joined(separator: ", ")
      let rest = count > lines.count ? " and \(count - lines.count) more" : ""
      return "\(reason.rawValue): \(count) \(count == 1 ? "line" : "lines"): \(numbers)\(rest)"
    }
  }

  /// Why a line is not used as written.
  enum Reason: String, CaseIterable {
    case notANetwork = "not used, no IPv4 or IPv6 network"
    case badLength = "not used, wrong prefix length"
    case badRange = "not used, the range ends before it starts"
    case everything = "not used, covers the whole address space"
    case tooLong = "not used, line longer than 4,096 bytes"
    case hostBits = "used without the bits after the prefix length"
  }

  /// The networks in the order of the list.
  private(set) var prefixes: [IPPrefix] = []
  /// Whether the list has more networks than may be.
  private(set) var isFull = false
  private let isCSV: Bool
  private var found: [Reason: Fault] = [:]
  private var line: [UInt8] = []
  private var isLineTooLong = false
  private var lineNumber = 1
  private var isFirst = true
  private var previous: UInt8 = 0

  init(isCSV: Bool) { self.isCSV = isCSV }

  /// What was wrong, in a fixed order of reasons.
  var faults: [Fault] { Reason.allCases.compactMap { found[$0] } }

  /// Reads the next piece of the file; lines end with LF, CR or both.
  mutating func append(_ piece: [UInt8]) {
    for byte in piece {
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        if byte == UInt8(ascii: "\r") || previous != UInt8(ascii: "\r") { endLine() }
      } else if line.count < NetworkList.longestLine {
        line.append(byte)
      } else {
        isLineTooLong = true
      }
      previous = byte
    }
  }

  /// Reads the last line, if no line end follows it.
  mutating func finish() { if !line.isEmpty { endLine() } }

  private mutating func endLine() {
    defer {
      line.removeAll(keepingCapacity: true)
      isLineTooLong = false
      lineNumber += 1
    }
    if lineNumber == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    if isLineTooLong, line.first != UInt8(ascii: "#") { return count(.tooLong) }
    let comment = line.firstIndex { $0 == UInt8(ascii: "#") || (!isCSV && $0 == UInt8(ascii: ";")) }
    let text = NetworkText.trim(line[..<(comment ?? line.endIndex)])
    guard !text.isEmpty else { return }
    defer { isFirst = false }
    do {
      let networks = try isCSV ? firstColumn(text) : NetworkText.networks(text)
      add(networks)
    } catch {
      switch error {
      case .notAnAddress: if !(isCSV && isFirst) { count(.notANetwork) }
      case .badLength: count(.badLength)
      case .badRange: count(.badRange)
      case .everything: count(.everything)
      case .hostBits(let prefix):
        // Wider than meant is the careful side for a list that speaks against exclusive use.
        count(.hostBits)
        add([prefix])
      }
    }
  }

  private func firstColumn(_ text: ArraySlice<UInt8>) throws(NetworkText.Fault) -> [IPPrefix] {
    let columns = text.split(maxSplits: 2, omittingEmptySubsequences: false) { ",;\t".utf8.contains($0) }.map(unquoted)
    guard let first = columns.first else { throw .notAnAddress }
    if columns.count > 1, let low = NetworkText.address(first), let high = NetworkText.address(columns[1]) {
      return try NetworkText.range(low, high)
    }
    return try NetworkText.networks(first)
  }

  private func unquoted(_ column: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let text = NetworkText.trim(column)
    let quote = UInt8(ascii: "\"")
    return text.count > 1 && text.first == quote && text.last == quote ? text.dropFirst().dropLast() : text
  }

  private mutating func add(_ networks: [IPPrefix]) {
    guard prefixes.count + networks.count <= NetworkList.mostPrefixes else {
      isFull = true
      return
    }
    prefixes += networks
  }

  private mutating func count(_ reason: Reason) {
    var fault = found[reason] ?? Fault(reason: reason)
    fault.count += 1
    if fault.lines.count < Fault.mostLines { fault.lines.append(lineNumber) }
    found[reason] = fault
  }
}
