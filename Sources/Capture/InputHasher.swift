import Cryptography
import POSIX
import Synchronization

/// Computes SHA-256 of files, one after the other, on a thread of its own or, without one, at once.
///
/// The whole file is hashed, whatever of it can be read as a capture, from the same pages of the system that are walked.
final class InputHasher {
  /// The digest of an input.
  struct Result: Sendable {
    /// Index of the input.
    var file: Int
    /// SHA-256, lower-case hex; nothing if the file could not be read to its end.
    var sha256: String?
  }

  /// Files that may wait to be hashed; each stays open until then.
  private static let waitingLimit = 16

  private let jobs = Channel<(file: Int, source: InputFile)>()
  private let results = Channel<Result>()
  private let isCancelled = Cancellation()
  private let hasThread: Bool
  private var waitingCount = 0

  /// A hasher.
  ///
  /// - Parameter usesThread: Whether it may work on a thread of its own.
  init(usesThread: Bool) {
    guard usesThread else {
      hasThread = false
      return
    }
    hasThread = startThread { [jobs, results, isCancelled] in
      while let job = jobs.receive() {
        let sha256 = Self.hash(job.source, isCancelled)
        if isCancelled.flag.load(ordering: .relaxed) { return }
        results.send(Result(file: job.file, sha256: sha256))
      }
    }
  }

  // The thread owns all that it uses, and ends at its next look at the flag.
  deinit {
    isCancelled.flag.store(true, ordering: .relaxed)
    jobs.close()
  }

  /// Hashes a file.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - file: Index of the input.
  /// - Returns: Digests that are ready, of this or earlier files; waits for one if too many files wait.
  func hash(_ source: InputFile, file: Int) -> Result? {
    guard hasThread else {
      return Result(file: file, sha256: Self.hash(source, isCancelled))
    }
    jobs.send((file, source))
    waitingCount += 1
    return waitingCount > Self.waitingLimit ? next() : nil
  }

  /// Waits for the next digest.
  ///
  /// - Returns: The digest, or nothing if no file waits.
  func next() -> Result? {
    guard waitingCount > 0 else { return nil }
    waitingCount -= 1
    return results.receive()
  }

  private final class Cancellation: Sendable {
    let flag = Atomic(false)
  }

  /// Hashes a file in pieces, between which it may be cancelled.
  ///
  /// - Returns: Nothing if it was, or if the file could not be read to its end.
  private static func hash(_ source: InputFile, _ isCancelled: Cancellation) -> String? {
    let feed = ByteFeed(source, readLength: ByteFeed.readLength, hashes: true)
    feed.drain { isCancelled.flag.load(ordering: .relaxed) }
    return feed.streamDigest.map(Digest.hex)
  }
}
