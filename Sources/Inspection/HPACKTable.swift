/// The tables of HPACK: the static one and, behind it, what was added last first (RFC 7541 sections 2.3 and 4).
struct HPACKTable {
  /// The largest size that is kept; browsers allow as much.
  static let sizeLimit = 65_536
  /// What an entry counts beside its name and value.
  private static let overhead = 32

  private var added: [(name: [UInt8], value: [UInt8])] = []
  /// The oldest entry that is not evicted.
  private var oldest = 0
  private var size = 0
  private var maximum = 4_096

  /// Changes the size that the entries may have together; whether that is within the limit.
  mutating func resize(_ maximum: Int) -> Bool {
    guard maximum <= Self.sizeLimit else { return false }
    self.maximum = maximum
    evict()
    return true
  }

  /// Adds an entry.
  ///
  /// - Complexity: O(1) amortized.
  mutating func add(_ name: [UInt8], _ value: [UInt8]) {
    added.append((name, value))
    size += name.count + value.count + Self.overhead
    evict()
  }

  private mutating func evict() {
    while size > maximum, oldest < added.count {
      size -= added[oldest].name.count + added[oldest].value.count + Self.overhead
      oldest += 1
    }
    if oldest > added.count / 2 {
      added.removeFirst(oldest)
      oldest = 0
    }
  }

  /// The entry of an index, from 1.
  subscript(index: Int) -> (name: [UInt8], value: [UInt8])? {
    guard index > 0 else { return nil }
    if index <= Self.fixed.count { return Self.fixed[index - 1] }
    let place = added.count - (index - Self.fixed.count)
    return place >= oldest ? added[place] : nil
  }

  /// The static table (RFC 7541 appendix A).
  private static let fixed: [(name: [UInt8], value: [UInt8])] = [
    (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
    (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
    (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
    ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""),
    ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
    ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""), ("etag", ""),
    ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""), ("if-modified-since", ""),
    ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""),
    ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""),
    ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
    ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""),
    ("www-authenticate", ""),
  ].map { (Array($0.utf8), Array($1.utf8)) }
}
