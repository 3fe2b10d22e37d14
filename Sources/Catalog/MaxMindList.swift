import CMaxMind
import Foundation
import Packets

/// What an entry of a MaxMind DB must say to be used: the value at a path of keys, as text.
struct MaxMindMatch {
  let path: [String]
  let value: String

  /// Reads `country.iso_code=KP`; a path alone means that its value is true.
  init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    path = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    value = parts.count > 1 ? String(parts[1]) : "true"
    guard !value.isEmpty, path.count <= 16, path.allSatisfy({ !$0.isEmpty && !$0.contains("\0") }) else { return nil }
  }
}

/// Reads the networks of a MaxMind DB (format 2.0) through libmaxminddb.
///
/// The file is a binary tree over address bits; each leaf names an entry of its data. The walk takes all paths, so a
/// damaged file whose branches join again could make it endless: it ends with a failure after `visitsPerNode` visits for
/// each node. The file is mapped while it is walked and must not shrink meanwhile.
struct MaxMindList: NetworkListReader {
  /// The most visits to a node on average; in a sound file each node is visited once.
  static let visitsPerNode = 8
  /// The most entries whose outcome is kept; more are looked at again.
  static let mostOutcomes = 1 << 20

  private(set) var list: NetworkList
  private(set) var failure: String?
  private let path: String
  private let match: MaxMindMatch?

  init(path: String, match: MaxMindMatch?, _ policy: NetworkList.Policy) {
    list = NetworkList(.entry, policy)
    self.path = path
    self.match = match
  }

  /// The format has no lines.
  var lineCount: Int { 0 }

  /// The library reads the file itself.
  mutating func append(_ piece: [UInt8]) {}

  mutating func finish() {
    var database = unsafe MMDB_s()
    let status = unsafe MMDB_open(path, UInt32(MMDB_MODE_MMAP), &database)
    guard status == MMDB_SUCCESS else {
      let reason = unsafe String(cString: MMDB_strerror(status))
      failure = "is no sound MaxMind DB: \(reason)"
      return
    }
    // The one instance of it: entries hold a pointer to it while it is walked.
    unsafe withUnsafeMutablePointer(to: &database) { database in
      unsafe walk(database)
      unsafe MMDB_close(database)
    }
  }

  /// A branch that is still to be walked.
  private struct Branch {
    let node: UInt32
    /// The bits that lead to it, as the first of 128.
    let bits: UInt128
    let depth: Int
    let isIPv4: Bool
  }

  private mutating func walk(_ database: UnsafePointer<MMDB_s>) {
    let version = unsafe database.pointee.metadata.ip_version
    let nodeCount = unsafe database.pointee.metadata.node_count
    guard version == 4 || version == 6, nodeCount > 0 else {
      failure = "is no sound MaxMind DB: it has no tree of addresses"
      return
    }
    let isIPv6 = version == 6
    let ipv4 = unsafe database.pointee.ipv4_start_node
    // In a tree over IPv6 addresses the IPv4 networks stand at ::/96; other paths to the same node repeat them.
    let hasIPv4Branch = isIPv6 && ipv4.netmask == 96 && ipv4.node_value > 0 && ipv4.node_value < nodeCount
    var branches = [Branch(node: 0, bits: 0, depth: 0, isIPv4: !isIPv6)]
    if hasIPv4Branch { branches.append(Branch(node: ipv4.node_value, bits: 0, depth: 0, isIPv4: true)) }
    var outcomes: [UInt32: Bool] = [:]
    var visits = Int(nodeCount) * Self.visitsPerNode
    while let branch = branches.popLast() {
      visits -= 1
      guard visits > 0 else {
        failure = "is no sound MaxMind DB: branches of its tree join"
        return
      }
      var node = unsafe MMDB_search_node_s()
      guard unsafe MMDB_read_node(database, branch.node, &node) == MMDB_SUCCESS else {
        failure = "is no sound MaxMind DB: node \(branch.node) cannot be read"
        return
      }
      for isRight in [true, false] {
        let type = unsafe isRight ? node.right_record_type : node.left_record_type
        let record = unsafe isRight ? node.right_record : node.left_record
        let depth = branch.depth + 1
        let bits = branch.bits | (isRight ? UInt128(1) << UInt128(128 - depth) : 0)
        switch Int(type) {
        case Int(MMDB_RECORD_TYPE_EMPTY): continue
        case Int(MMDB_RECORD_TYPE_SEARCH_NODE):
          if hasIPv4Branch, !branch.isIPv4, record == UInt64(ipv4.node_value) {
            // ::/96 itself is walked as IPv4.
            if bits != 0 || depth != 96 { list.count(.alias, line: 0) }
          } else if depth < (branch.isIPv4 ? 32 : 128) {
            branches.append(
              Branch(node: UInt32(truncatingIfNeeded: record), bits: bits, depth: depth, isIPv4: branch.isIPv4))
          } else {
            failure = "is no sound MaxMind DB: its tree is deeper than addresses are long"
            return
          }
        case Int(MMDB_RECORD_TYPE_DATA):
          var entry = unsafe isRight ? node.right_record_entry : node.left_record_entry
          let offset = unsafe entry.offset
          let isMatch: Bool
          if let known = outcomes[offset] {
            isMatch = known
          } else {
            isMatch = unsafe matches(&entry)
            if outcomes.count < Self.mostOutcomes { outcomes[offset] = isMatch }
          }
          guard failure == nil else { return }
          isMatch ? add(bits, depth, isIPv4: branch.isIPv4) : list.count(.noMatch, line: 0)
        default:
          failure = "is no sound MaxMind DB: node \(branch.node) leads outside of the file"
          return
        }
      }
    }
  }

  private mutating func add(_ bits: UInt128, _ depth: Int, isIPv4: Bool) {
    let address = isIPv4 ? IPAddress(v4: UInt32(truncatingIfNeeded: bits >> 96)) : IPAddress(bits: bits)
    // Space below ::ffff:0:0/96 is IPv4 and its length is counted so.
    let length = !isIPv4 && address.isIPv4 ? depth - 96 : depth
    guard let prefix = IPPrefix(address: address, length: length) else { return list.count(.malformed, line: 0) }
    list.add([prefix], line: 0)
  }

  /// Whether an entry says what is wanted.
  private mutating func matches(_ entry: inout MMDB_entry_s) -> Bool {
    guard let match else { return true }
    var keys: [UnsafePointer<CChar>?] = unsafe match.path.map { unsafe UnsafePointer(strdup($0)) }
    defer { unsafe keys.forEach { unsafe free(UnsafeMutableRawPointer(mutating: $0)) } }
    // The library wants a null after the last key.
    unsafe keys.append(nil)
    var data = unsafe MMDB_entry_data_s()
    let status = unsafe keys.withUnsafeBufferPointer { unsafe MMDB_aget_value(&entry, &data, $0.baseAddress) }
    switch status {
    case MMDB_SUCCESS: break
    case MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR, MMDB_INVALID_LOOKUP_PATH_ERROR: return false
    default:
      let reason = unsafe String(cString: MMDB_strerror(status))
      failure = "is no sound MaxMind DB: \(reason)"
      return false
    }
    guard unsafe data.has_data else { return false }
    switch unsafe Int32(data.type) {
    case MMDB_DATA_TYPE_UTF8_STRING:
      // The library has checked that the text lies within the file.
      guard unsafe Int(data.data_size) == match.value.utf8.count, let text = unsafe data.utf8_string else {
        return false
      }
      return unsafe UnsafeRawBufferPointer(start: text, count: Int(data.data_size)).elementsEqual(match.value.utf8)
    case MMDB_DATA_TYPE_BOOLEAN: return unsafe match.value == String(data.boolean)
    case MMDB_DATA_TYPE_UINT16: return unsafe match.value == String(data.uint16)
    case MMDB_DATA_TYPE_UINT32: return unsafe match.value == String(data.uint32)
    case MMDB_DATA_TYPE_INT32: return unsafe match.value == String(data.int32)
    case MMDB_DATA_TYPE_UINT64: return unsafe match.value == String(data.uint64)
    default: return false
    }
  }
}
