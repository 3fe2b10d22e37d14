import Foundation
import GRDB
import Packets

extension IPAddress {
  /// The address as a column holds it: IPv4 as an integer, IPv6 as 16 bytes.
  ///
  /// Integers come before bytes, so that the addresses of a prefix are a range.
  var column: DatabaseValue {
    if isIPv4 { return Int64(v4).databaseValue }
    var fields = FieldWriter()
    fields.append(whole: high)
    fields.append(whole: low)
    return Data(fields.bytes).databaseValue
  }

  /// Reads a column.
  ///
  /// - Parameter column: The column's value.
  /// - Throws: `FieldReader.Failure` if it is no address.
  init(column: DatabaseValue) throws(FieldReader.Failure) {
    switch column.storage {
    case .int64(let number):
      guard let v4 = UInt32(exactly: number) else { throw FieldReader.Failure() }
      self.init(v4: v4)
    case .blob(let data) where data.count == 16:
      var fields = FieldReader(Array(data))
      self.init(high: try fields.whole(), low: try fields.whole())
    default: throw FieldReader.Failure()
    }
  }
}
