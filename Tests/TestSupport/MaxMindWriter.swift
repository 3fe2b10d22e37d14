public import Packets

/// Writes small MaxMind DB files, after the public description of the format (MaxMind DB File Format Specification 2.0).
public struct MaxMindWriter {
  /// A value of the data section.
  public indirect enum Value: Sendable {
    /// Members in this order.
    case map([(String, Value)])
    /// UTF-8 text.
    case text(String)
    /// An unsigned integer of 16 bits.
    case uint16(UInt16)
    /// An unsigned integer of 32 bits.
    case uint32(UInt32)
    /// An unsigned integer of 64 bits.
    case uint64(UInt64)
    /// A truth value.
    case flag(Bool)
    /// A list.
    case list([Value])
  }

  private enum Record {
    case empty
    case node(Int)
    case data(Int)
  }

  private let isIPv6: Bool
  private let recordSize: Int
  private var nodes: [(left: Record, right: Record)] = [(.empty, .empty)]
  private var data: [UInt8] = []

  /// Makes an empty database.
  ///
  /// - Parameters:
  ///   - isIPv6: Whether its tree is over IPv6 addresses; IPv4 then stands at ::/96.
  ///   - recordSize: Bits of a record: 24, 28 or 32.
  public init(isIPv6: Bool = true, recordSize: Int = 24) {
    self.isIPv6 = isIPv6
    self.recordSize = recordSize
  }

  /// Says something of a network; more specific networks come after wider ones.
  public mutating func add(_ prefix: IPPrefix, _ value: Value) {
    let offset = data.count
    Self.append(value, to: &data)
    place(.data(offset), at: prefix)
  }

  /// Lets a path lead to the tree of IPv4 addresses once more, as 2002::/16 does in published databases.
  public mutating func addIPv4Alias(at prefix: IPPrefix) {
    var node = 0
    for _ in 0..<96 {
      guard case .node(let next) = nodes[node].left else { return }
      node = next
    }
    place(.node(node), at: prefix)
  }

  /// Lets both records of a node lead to the next, so that paths double at each of `depth` levels.
  public mutating func addJoinedBranches(depth: Int) {
    let first = nodes.count
    for level in 0..<depth { nodes.append((.node(first + level + 1), .node(first + level + 1))) }
    nodes.append((.empty, .empty))
    nodes[0].right = .node(first)
  }

  private mutating func place(_ record: Record, at prefix: IPPrefix) {
    let isMapped = prefix.address.isIPv4
    let bits = isMapped ? UInt128(prefix.address.v4) << (isIPv6 ? 0 : 96) : prefix.address.bits
    let length = Int(prefix.length) + (isMapped && isIPv6 ? 96 : 0)
    var node = 0
    for depth in 0..<length {
      let isRight = bits >> UInt128(127 - depth) & 1 == 1
      if depth == length - 1 {
        if isRight { nodes[node].right = record } else { nodes[node].left = record }
      } else {
        let old = isRight ? nodes[node].right : nodes[node].left
        if case .node(let next) = old {
          node = next
        } else {
          // What was said of the whole is said of both halves.
          nodes.append((old, old))
          if isRight { nodes[node].right = .node(nodes.count - 1) } else { nodes[node].left = .node(nodes.count - 1) }
          node = nodes.count - 1
        }
      }
    }
  }

  /// The file.
  public func bytes() -> [UInt8] {
    var file: [UInt8] = []
    for node in nodes {
      let left = number(node.left)
      let right = number(node.right)
      switch recordSize {
      case 24: file += big(left, 3) + big(right, 3)
      case 28:
        file += big(left & 0xFF_FFFF, 3) + [UInt8((left >> 24) << 4 | right >> 24)] + big(right & 0xFF_FFFF, 3)
      default: file += big(left, 4) + big(right, 4)
      }
    }
    file += [UInt8](repeating: 0, count: 16) + data + [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8)
    let metadata: [(String, Value)] = [
      ("binary_format_major_version", .uint16(2)), ("binary_format_minor_version", .uint16(0)),
      ("build_epoch", .uint64(1_416_787_200)), ("database_type", .text("Test")),
      ("description", .map([("en", .text("made for a test"))])), ("ip_version", .uint16(isIPv6 ? 6 : 4)),
      ("languages", .list([.text("en")])), ("node_count", .uint32(UInt32(nodes.count))),
      ("record_size", .uint16(UInt16(recordSize))),
    ]
    Self.append(.map(metadata), to: &file)
    return file
  }

  private func number(_ record: Record) -> Int {
    switch record {
    case .empty: nodes.count
    case .node(let node): node
    case .data(let offset): nodes.count + 16 + offset
    }
  }

  private func big(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  private static func append(_ value: Value, to bytes: inout [UInt8]) {
    func control(_ type: UInt8, _ size: Int) {
      let isExtended = type > 7
      let long = size >= 29
      bytes.append((isExtended ? 0 : type << 5) | UInt8(long ? 29 : size))
      if isExtended { bytes.append(type - 7) }
      if long { bytes.append(UInt8(size - 29)) }
    }
    func integer(_ type: UInt8, _ value: UInt64) {
      let digits = (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }.drop { $0 == 0 }
      control(type, digits.count)
      bytes += digits
    }
    switch value {
    case .text(let text):
      control(2, text.utf8.count)
      bytes += Array(text.utf8)
    case .uint16(let value): integer(5, UInt64(value))
    case .uint32(let value): integer(6, UInt64(value))
    case .uint64(let value): integer(9, value)
    case .flag(let flag): control(14, flag ? 1 : 0)
    case .map(let members):
      control(7, members.count)
      for (name, value) in members {
        append(.text(name), to: &bytes)
        append(value, to: &bytes)
      }
    case .list(let values):
      control(11, values.count)
      for value in values { append(value, to: &bytes) }
    }
  }
}
