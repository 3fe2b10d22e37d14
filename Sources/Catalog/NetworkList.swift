import Packets

/// The networks of a list, and what of the list was not used as written, counted by reason.
struct NetworkList {
  /// The most networks of one list; a full table of the internet has about a million.
  static let mostPrefixes = 16_000_000

  /// Lines or entries that were not used as written, for one reason.
  struct Fault: CustomStringConvertible {
    let reason: Reason
    /// What is counted.
    let unit: Unit
    /// How many there are.
    var count = 0
    /// The numbers of the first lines on which they stand.
    var lines: [Int] = []

    /// At most this many lines are named.
    static let mostLines = 20

    var description: String {
      let numbers = lines.map(String.init).joined(separator: ", ")
      switch unit {
      case .line:
        let rest = count > lines.count ? " and \(count - lines.count) more" : ""
        return "\(reason.rawValue): \(count) \(count == 1 ? "line" : "lines"): \(numbers)\(rest)"
      case .entry:
        let place = lines.isEmpty ? "" : ", the first on \(lines.count == 1 ? "line" : "lines") \(numbers)"
        return "\(reason.rawValue): \(count) \(count == 1 ? "entry" : "entries")\(place)"
      }
    }
  }

  /// What a format is made of: lines that hold one network each, or entries, of which a line may hold many.
  enum Unit {
    case line, entry
  }

  /// Why a line or entry is not used as written.
  enum Reason: String, CaseIterable {
    case notANetwork = "not used, no IPv4 or IPv6 network"
    case badLength = "not used, wrong prefix length"
    case badRange = "not used, the range ends before it starts"
    case everything = "not used, covers the whole address space"
    case tooLong = "not used, line longer than 4,096 bytes"
    case textTooLong = "not used, text longer than 65,536 bytes"
    case malformed = "not used, not in the form of this format"
    case otherKind = "not used, something other than an address (a name, URL, hash, AS number …)"
    case furtherNetworks = "not used, further networks on the line"
    case combined = "not used, the address counts only together with something else"
    case exception = "not used, marked as an exception of its set"
    case revoked = "not used, revoked"
    case observed = "not used, observed beside the networks of which an infrastructure consists"
    case ended = "not used, its validity ended before the time of the list"
    case otherCountry = "not used, another country"
    case otherStatus = "not used, another status"
    case otherCategory = "not used, another category"
    case lowReputation = "not used, reputation below the minimum"
    case noMatch = "not used, does not match"
    case alias = "not used, IPv6 forms of the IPv4 networks"
    case specialPurpose = "not used, special-purpose addresses"
    case refusedHostBits = "not used, bits after the prefix length are set"
    case port = "used without the port"
    case hostBits = "used without the bits after the prefix length"
  }

  /// When an entry holds; half-open, open where nothing is said.
  struct Validity: Hashable {
    var from: Timestamp?
    var until: Timestamp?
  }

  /// What is taken of a list.
  enum Policy {
    /// Everything, and more where a line is unclear: the careful side for lists that speak against exclusive use.
    case overlay
    /// As `overlay`, without what lies in special-purpose space.
    case importedOverlay(allowsDocumentation: Bool)
    /// Only what is written exactly and holds no special-purpose address: the careful side for claims.
    case claims(allowsDocumentation: Bool)
  }

  /// The networks in the order of the list.
  private(set) var prefixes: [IPPrefix] = []
  /// When each network holds, in the order of `prefixes`; empty for lists that date no entry.
  private(set) var validities: [Validity] = []
  /// Whether the list has more networks than may be.
  private(set) var isFull = false
  /// How many lines or entries gave networks.
  private(set) var used = 0
  private let unit: Unit
  private let policy: Policy
  private var found: [Reason: Fault] = [:]

  init(_ unit: Unit, _ policy: Policy) {
    self.unit = unit
    self.policy = policy
  }

  /// What was wrong, in a fixed order of reasons.
  var faults: [Fault] { Reason.allCases.compactMap { found[$0] } }

  /// Makes room for networks beyond those that there are.
  mutating func reserve(_ count: Int) {
    guard prefixes.capacity < prefixes.count + count else { return }
    prefixes.reserveCapacity(max(prefixes.count + count, 2 * prefixes.capacity))
  }

  /// Takes lines that are an IPv4 network and nothing else, as nearly every line of nearly every list is.
  ///
  /// - Parameters:
  ///   - text: A text.
  ///   - start: Where in it a line starts; afterwards, where the first other one does.
  ///   - line: The number of the line before; afterwards, of the last that was taken.
  mutating func addPlainIPv4(_ text: Span<UInt8>, from start: inout Int, after line: inout Int) {
    while let (prefix, end) = NetworkText.plainIPv4(text, from: start), end < text.count,
      text[end] == UInt8(ascii: "\n")
    {
      line += 1
      add(prefix, line: line)
      start = end + 1
    }
  }

  /// Takes a network as text, or counts why not.
  mutating func add(_ text: ArraySlice<UInt8>, line: Int) {
    if let (prefix, end) = NetworkText.plainIPv4(text.span), end == text.count {
      return add(prefix, line: line)
    }
    // One prefix needs no list of what a range is made of.
    if text.contains(UInt8(ascii: "/")), let prefix = try? IPPrefix(parsing: text), prefix.length > 0 {
      return add(prefix, line: line)
    }
    do {
      try add(NetworkText.networks(text), line: line)
    } catch {
      add(error, line: line)
    }
  }

  /// Takes the networks from a first to a last address, or counts why not.
  mutating func add(from first: IPAddress, to last: IPAddress, line: Int) {
    do {
      try add(NetworkText.range(first, last), line: line)
    } catch {
      add(error, line: line)
    }
  }

  private mutating func add(_ fault: NetworkText.Fault, line: Int) {
    switch fault {
    case .notAnAddress: count(.notANetwork, line: line)
    case .badLength: count(.badLength, line: line)
    case .badRange: count(.badRange, line: line)
    case .everything: count(.everything, line: line)
    case .hostBits(let prefix):
      if case .claims = policy { return count(.refusedHostBits, line: line) }
      // Wider than meant is the careful side for a list that speaks against exclusive use.
      count(.hostBits, line: line)
      add(prefix, line: line)
    }
  }

  /// Takes the one network that a line or entry gives.
  @inline(__always)
  mutating func add(_ prefix: IPPrefix, line: Int) {
    guard isWanted(prefix) else { return count(.specialPurpose, line: line) }
    guard prefixes.count < NetworkList.mostPrefixes else {
      isFull = true
      return
    }
    used += 1
    prefixes.append(prefix)
  }

  /// Takes networks that one line or entry gives.
  mutating func add(_ networks: some Collection<IPPrefix>, line: Int) {
    guard networks.allSatisfy(isWanted) else { return count(.specialPurpose, line: line) }
    guard prefixes.count + networks.count <= NetworkList.mostPrefixes else {
      isFull = true
      return
    }
    used += 1
    prefixes += networks
  }

  private func isWanted(_ prefix: IPPrefix) -> Bool {
    switch policy {
    case .overlay: return true
    case .importedOverlay(let documentation):
      // What only holds some special-purpose space is kept, lest shared addresses go unmarked.
      let special = SpecialPurpose.firstIntersection(with: prefix, allowingDocumentation: documentation)
      return special.map { $0.prefix.length > prefix.length } ?? true
    case .claims(let documentation):
      return SpecialPurpose.firstIntersection(with: prefix, allowingDocumentation: documentation) == nil
    }
  }

  /// Says of the networks added since the last call when they hold.
  mutating func date(_ validity: Validity) {
    validities += repeatElement(validity, count: prefixes.count - validities.count)
  }

  /// Whether the list becomes claims, which say when they hold.
  var isForClaims: Bool {
    if case .claims = policy { true } else { false }
  }

  /// Counts something that is not used as written.
  ///
  /// - Parameters:
  ///   - reason: Why.
  ///   - line: Where it stands; 0 where the format has no lines.
  mutating func count(_ reason: Reason, line: Int) {
    var fault = found[reason] ?? Fault(reason: reason, unit: unit)
    fault.count += 1
    if line > 0, fault.lines.count < Fault.mostLines, fault.lines.last != line { fault.lines.append(line) }
    found[reason] = fault
  }
}
