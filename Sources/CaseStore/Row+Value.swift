import GRDB

extension Row {
  /// The value of a column that must have one.
  ///
  /// The subscript of GRDB ends the process where there is none, and in a damaged file that is so even of a column that may
  /// not be empty.
  ///
  /// - Parameter index: The column.
  /// - Returns: Its value.
  /// - Throws: What GRDB says of another value, or of none.
  func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ index: Int) throws -> Value {
    try decode(Value.self, atIndex: index)
  }
}
