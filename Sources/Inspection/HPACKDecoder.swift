/// Decodes the field blocks of one direction of an HTTP/2 connection (RFC 7541).
///
/// Bounded against blocks that stand for far more than they are: a block has at most `fieldLimit` fields, and all blocks
/// together at most `byteLimit` bytes of names and values.
struct HPACKDecoder {
  /// Fields of a block.
  static let fieldLimit = 256
  /// Bytes of all names and values.
  static let byteLimit = 1 << 18

  private var table = HPACKTable()
  private var room = Self.byteLimit

  /// Decodes a block.
  ///
  /// - Parameters:
  ///   - block: The block, which may be cut anywhere.
  ///   - fields: Receives the fields up to the first that is cut or wrong.
  /// - Returns: Whether all was decoded; if not, no other block of the direction can be.
  /// - Complexity: O(n) in the block and in what it stands for.
  mutating func decode(_ block: [UInt8], into fields: inout HTTPFields) -> Bool {
    var rest = block[...]
    var count = 0
    while let first = rest.first {
      if first & 0xE0 == 0x20 {
        guard let size = Self.integer(&rest, prefix: 5), table.resize(size) else { return false }
        continue
      }
      guard let (name, value) = field(&rest, first) else { return false }
      count += 1
      room -= name.count + value.count
      guard count <= Self.fieldLimit, room >= 0 else { return false }
      fields.append(name.lowercased.text, value)
    }
    return true
  }

  /// Reads one field (RFC 7541 section 6).
  private mutating func field(_ rest: inout ArraySlice<UInt8>, _ first: UInt8) -> (name: [UInt8], value: [UInt8])? {
    if first & 0x80 != 0 { return Self.integer(&rest, prefix: 7).flatMap { table[$0] } }
    let isAdded = first & 0xC0 == 0x40
    guard let index = Self.integer(&rest, prefix: isAdded ? 6 : 4),
      let name = index == 0 ? Self.string(&rest) : table[index]?.name, let value = Self.string(&rest)
    else { return nil }
    if isAdded { table.add(name, value) }
    return (name, value)
  }

  /// Reads an integer whose first byte has a prefix of so many bits (RFC 7541 section 5.1).
  private static func integer(_ rest: inout ArraySlice<UInt8>, prefix: Int) -> Int? {
    guard let first = rest.popFirst() else { return nil }
    let mask = 1 << prefix - 1
    var value = Int(first) & mask
    guard value == mask else { return value }
    for shift in stride(from: 0, through: 21, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value += Int(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }

  /// Reads a string (RFC 7541 section 5.2).
  private static func string(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard let first = rest.first, let length = integer(&rest, prefix: 7), length <= rest.count else { return nil }
    let text = rest.prefix(length)
    rest = rest.dropFirst(length)
    return first & 0x80 != 0 ? HuffmanCode.decode(text) : Array(text)
  }
}
