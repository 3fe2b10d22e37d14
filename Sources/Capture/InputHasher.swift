import Cryptography
import Synchronization

/// Computes SHA-256 of mapped inputs, one after the other, on a thread of its own or, without one, at once.
///
/// The whole file is hashed, whatever of it can be read as a capture: reading and hashing go over the same pages.
final class InputHasher {
  /// The digest of an input.
  struct Result: Sendable {
    /// Index of the input.
    var file: Int
    /// SHA-256, lower-case hex.
    var sha256: String
  }

  /// Files that may wait to be hashed; each stays mapped until then.
  private static let waitingLimit = 16

  private let jobs = Channel<(file: Int, mapping: MappedFile)>()
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
        guard let sha256 = Self.hash(job.mapping, isCancelled) else { return }
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
  ///   - mapping: The file.
  ///   - file: Index of the input.
  /// - Returns: Digests that are ready, of this or earlier files; waits for one if too many files wait.
  func hash(_ mapping: MappedFile, file: Int) -> Result? {
    guard hasThread else {
      return Self.hash(mapping, isCancelled).map { Result(file: file, sha256: $0) }
    }
    jobs.send((file, mapping))
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
  private static func hash(_ mapping: MappedFile, _ isCancelled: Cancellation) -> String? {
    let pieceLength = 4 << 20
    var digest = Digest(.sha256)
    var offset = 0
    while offset < mapping.byteCount {
      if isCancelled.flag.load(ordering: .relaxed) { return nil }
      let end = offset + min(pieceLength, mapping.byteCount - offset)
      mapping.withBytes { digest.update($0.extracting(offset..<end)) }
      offset = end
    }
    return Digest.hex(digest.finish())
  }
}
