import ArgumentParser
import Privileges

/// What the program may do once its interfaces are open.
struct PrivilegeArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Who to become once interfaces are open, if started as root; 'root' stays root, without capabilities (default: nobody)",
      valueName: "name"))
  var user: String?

  /// Gives up what a capture does not need; no other thread may run yet.
  ///
  /// - Parameters:
  ///   - folders: Folders that are written, made for the user where they are missing.
  ///   - files: Files and folders that are read again.
  ///   - usesNetwork: Whether verdicts or figures go over a network.
  ///   - startsPrograms: Whether a command is run for verdicts.
  /// - Throws: An exit code after a message on standard error.
  func confine(
    writing folders: [String], reading files: [String], usesNetwork: Bool = false, startsPrograms: Bool = false
  ) throws {
    do throws(ConfinementError) {
      var confinement = Confinement()
      try choose(&confinement)
      for folder in folders { try OutputFolder.make(folder, for: confinement.user) }
      confinement.writable = folders
      confinement.readable = files
      confinement.usesNetwork = usesNetwork
      confinement.startsPrograms = startsPrograms
      for sentence in try confinement.enter() { Console.note("warning: \(Console.printable(sentence))") }
    } catch {
      Console.note("error: \(Console.printable(error.description))")
      throw error.exitCode
    }
  }

  private func choose(_ confinement: inout Confinement) throws(ConfinementError) {
    guard UserAccount.runsAsRoot else {
      if let user { try UserAccount(named: user).mustBeCurrent() }
      return
    }
    let account = try UserAccount(named: user ?? "nobody")
    guard account.isRoot else { return confinement.user = account }
    Console.note(
      "warning: The capture stays root: what a fault in it can do is held back by Landlock and seccomp alone.")
  }
}

extension ConfinementError {
  /// The exit code that the contract gives to this failure.
  fileprivate var exitCode: ExitCode {
    switch code {
    case .user: .validationFailure
    case .refused: .noPermission
    case .folder: .cannotWrite
    }
  }
}
