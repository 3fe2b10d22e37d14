/// What became of credentials that were shown.
enum LoginOutcome: Equatable {
  /// They were accepted.
  case accepted
  /// They were refused.
  case refused
  /// It is not known.
  case unknown

  /// The action that it is.
  var action: ActionSet {
    switch self {
    case .accepted: .login
    case .refused: .loginFailure
    case .unknown: .loginAttempt
    }
  }

  /// Whether they were accepted, if that is known.
  var success: FactValue? { self == .unknown ? nil : .flag(self == .accepted) }
}
