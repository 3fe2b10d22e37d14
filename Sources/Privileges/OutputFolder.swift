import Glibc

/// A folder that a process writes after it gave its rights up.
package enum OutputFolder {
  /// Makes the folder and those above that are missing, each the user's; what is there already stays as it is.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - user: Who will write there; nothing for the process's own user.
  /// - Throws: `ConfinementError` with code `folder` if it cannot be made.
  package static func make(_ path: String, for user: UserAccount?) throws(ConfinementError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part + "/"
      // Paths are strings that live through the calls.
      guard unsafe mkdir(made, 0o755) == 0 else {
        if errno == EEXIST { continue }
        throw failure(path)
      }
      guard let user else { continue }
      // Through a descriptor that follows no link, so that nobody swaps what is given away.
      let folder = unsafe open(String(made.dropLast()), O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard folder >= 0 else { throw failure(path) }
      defer { close(folder) }
      guard fchown(folder, user.userID, user.groupID) == 0 else { throw failure(path) }
    }
  }

  private static func failure(_ path: String) -> ConfinementError {
    ConfinementError(.folder, "The folder '\(path)' cannot be made: \(Confinement.reason). Name one with room.")
  }
}
