/// Where two documents differ first.
package struct DocumentDifference: Sendable, Equatable {
  /// The way to the value: keys and indexes, outermost first.
  package let path: [String]

  /// The first difference, in the order of keys.
  ///
  /// - Parameters:
  ///   - one: A document.
  ///   - other: Another.
  /// - Complexity: O(n) in the values.
  package init?(_ one: DocumentValue, _ other: DocumentValue) {
    guard let path = Self.path(one, other) else { return nil }
    self.path = path
  }

  private static func path(_ one: DocumentValue, _ other: DocumentValue) -> [String]? {
    switch (one, other) {
    case (.object(let left), .object(let right)):
      for key in Set(left.keys).union(right.keys).sorted() {
        guard let a = left[key], let b = right[key] else { return [key] }
        if let rest = path(a, b) { return [key] + rest }
      }
      return nil
    case (.array(let left), .array(let right)):
      for (index, pair) in zip(left, right).enumerated() {
        if let rest = path(pair.0, pair.1) { return ["\(index)"] + rest }
      }
      return left.count == right.count ? nil : ["\(min(left.count, right.count))"]
    default: return one == other ? nil : []
    }
  }
}
