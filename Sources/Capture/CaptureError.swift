/// Why captures could not be read at all.
public struct CaptureError: Error, Sendable, CustomStringConvertible {
  /// The kinds of failure, each with its exit code in the contract.
  public struct Code: Sendable, Equatable {
    private enum Kind { case unreadable, notACapture, damaged, filter, permission, unwritable }
    private let kind: Kind
    /// The input is missing or may not be read.
    public static let unreadable = Code(kind: .unreadable)
    /// The input is no capture file.
    public static let notACapture = Code(kind: .notACapture)
    /// The input is damaged, and `strict` was asked for.
    public static let damaged = Code(kind: .damaged)
    /// The BPF filter does not compile.
    public static let filter = Code(kind: .filter)
    /// Packets cannot be written where they are to go.
    public static let unwritable = Code(kind: .unwritable)
    /// An interface may not be captured by this user.
    public static let permission = Code(kind: .permission)
  }

  /// The kind of failure.
  public let code: Code
  /// A whole sentence: which input, where in it, and what to do.
  public let description: String

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - code: The kind of failure.
  ///   - description: A whole sentence: which input, where in it, and what to do.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
