/// Why a case cannot be opened, read or written.
package struct CaseError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it is.
  package enum Code: Sendable {
    /// The file is missing or cannot be opened.
    case unreadable
    /// The file is no case of this version.
    case notACase
    /// Another process writes to it.
    case busy
    /// It could not be written.
    case cannotWrite
    /// What was asked for does not fit the case.
    case refused
  }

  /// What kind of failure it is.
  package let code: Code
  /// A sentence that says what is wrong and what to do.
  package let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
