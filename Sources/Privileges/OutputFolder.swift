import Glibc
import POSIX
import SystemPackage

/// A folder that a process writes after it gave its rights up.
package enum OutputFolder {
  /// Makes the folder and those above that are missing, each the user's; what is there already stays as it is.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - user: Who will write there; nothing for the process's own user.
  /// - Throws: `ConfinementError` with code `folder` if it cannot be made.
  package static func make(_ path: String, for user: UserAccount?) throws(ConfinementError) {
    do {
      let path = FilePath(path)
      var folder = FilePath(root: path.root)
      for component in path.components {
        folder.append(component)
        do throws(Errno) { try folder.makeFolder(FilePermissions(rawValue: 0o755)) } catch {
          if error == .fileExists { continue }
          throw error
        }
        guard let user else { continue }
        // Through a descriptor that follows no link, so that nobody swaps what is given away.
        let made = try FileDescriptor.open(folder, .readOnly, options: [.directory, .noFollow, .closeOnExec])
        try made.closeAfter {
          guard fchown(made.rawValue, user.userID, user.groupID) == 0 else { throw Errno(rawValue: errno) }
        }
      }
    } catch {
      throw ConfinementError(.folder, "The folder '\(path)' cannot be made: \(error). Name one with room.")
    }
  }
}
