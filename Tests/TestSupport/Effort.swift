import Foundation

/// How many random cases a search tries.
public enum Effort {
  /// The number that an environment variable names, else a default: optimised code tries more in the same time.
  ///
  /// - Parameters:
  ///   - variable: The environment variable.
  ///   - usual: How many without it, in an optimised build; a quarter of them in a debug build.
  /// - Returns: The number.
  public static func cases(_ variable: String, usual: Int) -> Int {
    if let count = ProcessInfo.processInfo.environment[variable].flatMap({ Int($0) }) { return count }
    #if DEBUG
      return usual / 4
    #else
      return usual
    #endif
  }
}
