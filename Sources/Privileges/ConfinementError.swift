/// Why rights could not be given up.
package struct ConfinementError: Error, CustomStringConvertible {
  /// What is at fault.
  package enum Code {
    /// There is no such user.
    case user
    /// The kernel refuses, or rights are left.
    case refused
    /// A folder cannot be made, or its user may not write there.
    case folder
  }

  /// What is at fault.
  package let code: Code
  /// A whole sentence: what, and what to do.
  package let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
