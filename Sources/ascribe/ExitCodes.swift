import ArgumentParser
import Capture
import CaseStore

/// The contract's exit codes (sysexits.h); a usage error (64) is the argument parser's own.
extension ExitCode {
  /// Input is not a capture, or damaged and `--strict` was given.
  static let notACapture = ExitCode(65)
  /// Input is missing or unreadable.
  static let noInput = ExitCode(66)
  /// Internal fault: the totals of a run do not add up.
  static let internalFault = ExitCode(70)
  /// Output could not be written.
  static let cannotWrite = ExitCode(74)
  /// No permission to capture.
  static let noPermission = ExitCode(77)
  /// The catalog is invalid.
  static let invalidCatalog = ExitCode(78)
  /// `--exit-status`: no EXCLUSIVE finding.
  static let nothingFound = ExitCode(1)
}

extension CaptureError {
  /// The exit code that the contract gives to this failure.
  var exitCode: ExitCode {
    switch code {
    case .unreadable: .noInput
    case .filter: .validationFailure
    case .permission: .noPermission
    case .unwritable: .cannotWrite
    default: .notACapture
    }
  }
}

extension CaseError {
  /// Says the failure on standard error.
  ///
  /// - Returns: The exit code that the contract gives to it.
  func refusal() -> ExitCode {
    Console.note("error: \(Console.printable(description))")
    return switch code {
    case .unreadable: .noInput
    case .notACase: .notACapture
    case .busy, .cannotWrite: .cannotWrite
    case .refused: .validationFailure
    }
  }
}
