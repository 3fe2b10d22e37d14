import Glibc

/// A user of this system.
package struct UserAccount: Equatable {
  /// The name.
  package let name: String
  let userID: uid_t
  let groupID: gid_t

  /// Whether it is root, by whatever name.
  package var isRoot: Bool { userID == 0 }

  /// Whether this process runs as root.
  package static var runsAsRoot: Bool { geteuid() == 0 }

  /// Looks a user up (passwd(5)).
  ///
  /// - Parameter name: The name.
  /// - Throws: `ConfinementError` with code `user` if there is none.
  package init(named name: String) throws(ConfinementError) {
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    // The buffer's length goes with it; a line that is longer is no user of ours.
    let status = unsafe getpwnam_r(name, &entry, &buffer, buffer.count, &found)
    guard status == 0, unsafe found != nil else {
      throw ConfinementError(.user, "There is no user '\(name)' to become; name one with --user.")
    }
    self.name = name
    userID = unsafe entry.pw_uid
    groupID = unsafe entry.pw_gid
  }

  /// Makes sure that this process is the user's already.
  ///
  /// - Throws: `ConfinementError` with code `refused` if it is not.
  package func mustBeCurrent() throws(ConfinementError) {
    guard userID != geteuid() else { return }
    throw ConfinementError(.refused, "Only root can become '\(name)'; start as root, or leave --user away.")
  }
}
