extension ApplicationFacts {
  /// Bytes of memory that the facts hold beyond their own size, as the Swift library lays arrays and strings out.
  ///
  /// - Complexity: O(n) in the fields.
  package var footprint: Int {
    services.room + tokens.room + software.room + hops.room + entries.room
      + software.reduce(0) { $0 + $1.value.room }
      + hops.reduce(0) { $0 + $1.field.room + $1.node.room }
      + entries.reduce(0) { $0 + $1.fields.room + $1.fields.reduce(0) { $0 + $1.value.room } }
  }
}

extension FactValue {
  fileprivate var room: Int {
    switch self {
    case .text(let text): text.room
    case .texts(let texts): texts.room + texts.reduce(0) { $0 + $1.room }
    case .numbers(let numbers): numbers.room
    case .number, .flag: 0
    }
  }
}

extension Array {
  /// Bytes of the elements and of the header before them.
  fileprivate var room: Int { capacity == 0 ? 0 : 32 + capacity * MemoryLayout<Element>.stride }
}

extension String {
  /// Bytes of the text and of the header before it; up to 15 bytes stand in place.
  fileprivate var room: Int { utf8.count <= 15 ? 0 : 32 + utf8.count }
}
