/// How long to wait before the next try: twice as long each time up to a limit, of which a random part is left out, so that
/// sensors that lost the same receiver do not come back to it as one.
package struct Backoff: Sendable {
  /// Milliseconds before the second try.
  package var first = 500
  /// Milliseconds at most.
  package var limit = 60_000
  /// Tries that an alert gets of a receiver that answers and fails; one that does not answer is waited for.
  package var tries = 10

  /// Half a second to a minute, ten tries.
  package init() {}

  /// The wait before a try.
  ///
  /// - Parameters:
  ///   - failures: How many tries failed, from 1.
  ///   - generator: Chooses the part that is left out.
  /// - Returns: Milliseconds: between half and all of the doubled wait.
  package func wait(after failures: Int, using generator: inout some RandomNumberGenerator) -> Int {
    let doublings = min(max(failures - 1, 0), 20)
    let full = max(1, min(limit, first << doublings))
    return Int.random(in: (full + 1) / 2...full, using: &generator)
  }
}
