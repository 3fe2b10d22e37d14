/// The fields of a message of HTTP, whatever its version, in their order.
struct HTTPFields {
  /// Names in lower case, and values.
  private(set) var list: [(name: String, value: [UInt8])] = []

  /// Adds a field.
  mutating func append(_ name: String, _ value: [UInt8]) { list.append((name, value)) }

  /// The value of the first field of a name, which is in lower case.
  subscript(name: String) -> [UInt8]? { list.first { $0.name == name }?.value }

  /// The text of the first field of a name.
  func text(_ name: String) -> String? { self[name]?.text }

  /// The values of all fields of a name.
  func all(_ name: String) -> [[UInt8]] { list.filter { $0.name == name }.map(\.value) }
}

/// The body of a message of HTTP, as far as it was seen.
struct HTTPBody {
  /// The bytes that were seen, without the framing of chunks.
  var bytes: [UInt8] = []
  /// How many there are by the message's word, or by all its chunks; nothing if that is not known.
  var length: Int?
  /// Whether all were seen.
  var isWhole: Bool { length == bytes.count }
}

/// A request of HTTP.
struct HTTPRequest {
  var method: String
  /// What is asked for, as it stands in the request.
  var target: [UInt8]
  /// The version's number.
  var version: String
  var fields = HTTPFields()
  /// Whether all fields were seen.
  var isHeadWhole = true
  var body = HTTPBody()
}

/// An answer of HTTP.
struct HTTPAnswer {
  var status: Int
  /// The phrase behind the status; empty in HTTP/2.
  var reason = ""
  /// The version's number.
  var version: String
  var fields = HTTPFields()
  var body = HTTPBody()
}
