package import Foundation

extension FileManager {
  /// Whether a folder stands at a path, or a link to one.
  ///
  /// - Parameter path: The path.
  /// - Returns: False also where nothing stands there.
  package func isFolder(atPath path: String) -> Bool {
    // What goes on behind a slash must be a folder (path_resolution(7)).
    !path.isEmpty && fileExists(atPath: "\(path)/")
  }
}
